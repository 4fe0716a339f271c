"""Form the samples that a contrast compares: values of failed runs, cells, units, compared runs and item scores."""
