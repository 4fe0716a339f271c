"""Validate composed configs: a plain mapping goes in, a typed spec or located diagnostics come out."""
