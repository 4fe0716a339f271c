"""Check the files of cases that a spec names, and locate their mistakes."""
