"""Word the outcomes of the registered test: claims, verdicts, failed runs, and reasons why a test is untestable."""
