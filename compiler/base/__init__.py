"""Paths, JSON files, diagnostics, identities and leases, which every later pass and stage uses."""
