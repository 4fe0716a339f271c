"""Save, restore and check model weights and the state of a training."""
