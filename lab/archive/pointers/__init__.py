"""Pointers: typed values go in, files of DVC in `archive/` come out, and such files are read and checked."""
