"""Write files that rebuild the Python environment of an experiment, from the provenance of its runs."""
