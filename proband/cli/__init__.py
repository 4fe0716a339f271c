"""The `proband` command: one parser, and one module for each group of commands."""
