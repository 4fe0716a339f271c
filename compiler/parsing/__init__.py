"""Parse strict YAML with source locations and Hydra overrides, and find values that JSON cannot represent."""
