"""Check whether Proband can work on this machine and in a lab. Input: a folder. Output: one line for each check."""
