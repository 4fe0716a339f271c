"""Passages of text, their normalisation, and the objections that rules raise against them."""
