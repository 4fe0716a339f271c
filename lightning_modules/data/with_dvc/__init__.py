"""Fetch data with DVC, and explain why that failed."""
