"""Sections of reports, one file each: a function from the view of a case to blocks."""
