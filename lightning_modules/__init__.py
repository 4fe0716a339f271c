"""Models, data modules, the training job and the run store."""
