"""Define the parts of `results.json` as typed values. Imports only the standard library and light modules."""
