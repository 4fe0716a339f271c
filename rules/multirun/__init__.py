"""Run a Hydra multirun through the DAG: jobs of a sweep go in, a generated spec is built, JobReturns come out."""
