"""Review texts, and return an objection to each statement that no fact or verdict supports."""
