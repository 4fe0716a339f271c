"""Values to canonical JSON, the text that run ids are hashes of."""
