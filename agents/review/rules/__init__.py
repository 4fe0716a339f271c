"""Define the rules for template texts, which yield marks for a passage. Some also apply to finished texts."""
