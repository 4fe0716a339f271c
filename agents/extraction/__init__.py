"""Extract facts: results, registration, runs and deliverables of an experiment go in, facts come out."""
