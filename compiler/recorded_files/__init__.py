"""Files that any program may have placed in a lab: they are read without following links, or count for nothing."""
