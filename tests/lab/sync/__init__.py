"""Tests of `lab.sync`."""
