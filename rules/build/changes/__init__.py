"""Notice files of finished runs and experiments that were changed after a build, and set them aside."""
