"""Values to JSON: the canonical text that run ids are hashes of, and the indented text of files."""
