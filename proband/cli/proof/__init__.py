"""The command that trains finished runs again and compares the results."""
