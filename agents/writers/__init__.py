"""Writers, one entry file each: a function from a case and its analyses to a document."""
