"""Rebuild a recorded run in a scratch folder: its code, its data, and its training."""
