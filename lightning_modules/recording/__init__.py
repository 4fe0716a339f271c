"""Write what a training measured: history, curves, system metrics, provenance and the W&B run."""
