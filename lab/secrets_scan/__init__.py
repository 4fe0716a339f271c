"""Find secrets and personal data in a folder before it is published: files go in, findings with file and line come out.

A finding shows where a value is and of which kind, and never the value itself.
"""
