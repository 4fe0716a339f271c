"""The quality review: nothing stands in a text that no fact or verdict supports."""
