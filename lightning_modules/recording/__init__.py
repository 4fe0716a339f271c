"""Write the measurements of a training: history, curves, system metrics and provenance."""
