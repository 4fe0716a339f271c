"""Parse text: strict YAML with source locations, Hydra's override grammar, and values that JSON can hold."""
