"""The lab's collaboration settings: the base config goes in, validated settings or diagnostics come out."""
