"""Identify runs: a config goes in; its data version, code fingerprint and run id come out."""
