"""Commands with which people decide: hold, review, approve, reject and edit."""
