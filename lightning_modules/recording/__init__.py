"""Write the measurements of a training: history, curves, system metrics, provenance and the W&B run."""
