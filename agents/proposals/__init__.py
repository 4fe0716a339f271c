"""Propose follow-up experiments: a case goes in, specs that wait for approval come out."""
