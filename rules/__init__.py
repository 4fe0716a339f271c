"""Snakemake rules, the jobs they run, and the code that starts and controls builds."""
