"""Snakemake rules, and the jobs they run."""
