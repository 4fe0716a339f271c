"""Compile YAML experiment specs into a plan of runs and targets. Imports no torch, wandb, dvc or openai."""
