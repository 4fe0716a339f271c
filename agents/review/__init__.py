"""Review texts: a text goes in; an objection to each statement that no fact or verdict supports comes out."""
