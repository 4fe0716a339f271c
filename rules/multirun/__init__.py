"""Run a Hydra multirun through the DAG: compile its jobs as a generated spec, build it, and return JobReturns."""
