"""Statistics and verdicts over the evidence of runs. Never imports torch."""
