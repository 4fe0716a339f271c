"""Reword deterministic texts with a language model. A text that fails the review is replaced by the original."""
