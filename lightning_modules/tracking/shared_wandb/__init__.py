"""Let the offline runs of a job server share one background process of W&B, which saves each of them its own."""
