"""Validate composed configs and parse them into typed specs."""
