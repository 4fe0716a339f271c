"""Compose Hydra configs: spec files and overrides go in, resolved configs or located diagnostics come out."""
