"""Pictures: one style for all of them, readable in grey and by the colour-blind, the same bytes every time."""
