"""Propose follow-up experiments: facts and verdicts go in, specs that wait for approval come out."""
