"""From YAML experiment specs to a plan. Imports no torch, wandb, dvc or openai."""
