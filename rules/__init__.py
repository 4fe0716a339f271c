"""Snakemake rules, the jobs they run, and what drives Snakemake."""
