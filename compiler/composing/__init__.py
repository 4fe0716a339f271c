"""Compose and resolve Hydra configs from spec files and overrides, and locate their errors in the files."""
