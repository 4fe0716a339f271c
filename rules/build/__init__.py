"""Drive one build: targets and inputs of the workflow, cluster resources, locks, registration, summary."""
