"""Facts: one number or datum each, computed by code, with id, unit, n, subject and source file."""
