"""Provide paths, JSON files, diagnostics, run ids and leases to all other packages."""
