"""Tools that a language model may call: query facts, derive a fact, request a figure, draft a proposal."""
