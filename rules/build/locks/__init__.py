"""Decide what builds and their trainings may use at the same time: experiments, the folders of the lab, and GPUs."""
