"""Follow-up experiments as specs: each changes one thing, and waits for a person to admit it."""
