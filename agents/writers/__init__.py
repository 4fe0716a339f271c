"""Writers: one file each, a function from a case and its analyses to a document."""
