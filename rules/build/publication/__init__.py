"""Experiments of a plan go in, those come out that `snakemake publication` prepares without a training."""
