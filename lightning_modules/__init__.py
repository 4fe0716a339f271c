"""Models, data modules, callbacks and the training job."""
