"""Check the registered test of a spec against its sweep: levels, claims, metrics, blocks and looks."""
