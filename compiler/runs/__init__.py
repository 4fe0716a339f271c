"""Identify runs: compute the data versions, the code fingerprint and the run id of a config."""
