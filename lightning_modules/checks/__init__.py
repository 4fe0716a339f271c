"""Check deliverables with the libraries that wrote them: torch, transformers and W&B."""
