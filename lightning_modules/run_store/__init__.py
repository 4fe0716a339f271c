"""Train each run at most once, in a temporary folder under a lease, and rename it into the store when complete."""
