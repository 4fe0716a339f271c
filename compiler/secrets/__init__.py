"""Keep secrets out of configs, which are copied into the results: in values, and from environment variables."""
