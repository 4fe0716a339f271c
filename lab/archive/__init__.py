"""Archive finished experiments and their runs with DVC, and restore them.

The lab and its plan go in. Content goes to the cache of DVC, small pointers to `archive/`, which belongs in git. In the
other direction, pointers go in, and verified runs and experiments come out. A pointer may come from anybody, so it is
parsed once, and its paths and hashes are checked before anything is written.
"""
