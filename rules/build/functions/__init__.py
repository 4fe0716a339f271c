"""Functions that Snakemake calls for every job: what makes these calls cheap."""
