"""Real labs for the end-to-end tests: builds, labs built once a session, random kills, and a SLURM cluster."""
