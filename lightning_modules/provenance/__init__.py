"""Record with which code, packages, machine and settings a run was trained, in `provenance.json` and `source.diff`."""
