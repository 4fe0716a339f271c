"""Read and check what the data group of a config declares about its data."""
