"""The commands that rules run, one thin file a rule."""
