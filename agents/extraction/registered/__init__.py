"""Extract the facts and verdicts of the registered test: registration, settings, contrasts and arms."""
