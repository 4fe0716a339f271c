"""Answer the remarks of people on a report: their reviews go in, a section of the next version comes out."""
