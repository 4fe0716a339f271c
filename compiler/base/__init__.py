"""Paths, JSON files, diagnostics, run ids and leases, used by all other packages."""
