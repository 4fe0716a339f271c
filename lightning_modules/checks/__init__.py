"""Checks of deliverables that need what wrote them: torch, transformers, W&B."""
