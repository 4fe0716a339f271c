"""Sections of reports: each is a function from the view of a case, and often its analyses, to a section."""
