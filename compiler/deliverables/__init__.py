"""Define the deliverable types. The module of a type has the schema of its fields and its check."""
