"""What is known about an experiment: one number or datum each, made by code, with its source."""
