"""Read the files with which DVC describes data, as typed values. DVC itself is not imported."""
