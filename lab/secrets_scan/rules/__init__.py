"""The rules of the scan: a line of text goes in; the positions of secrets and personal data come out."""
