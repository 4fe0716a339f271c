"""Run Snakemake as a child process: a command goes in, its exit code comes out, and interrupts are forwarded once."""
