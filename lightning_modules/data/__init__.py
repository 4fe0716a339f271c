"""Data modules, the scripts that prepare their files, and the download and verification of data files."""
