"""Paths, JSON files, diagnostics, run ids and leases, used by all later passes and stages. No input, no output."""
