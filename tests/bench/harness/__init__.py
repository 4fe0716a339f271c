"""Measure commands, keep the results of all tables in a file, and write the page from it."""
