"""Deliverable types, one file each: the schema of its fields and the function that checks it on a run."""
