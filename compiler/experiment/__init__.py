"""Compile one spec file into an experiment with its points and runs, in passes over the composed config."""
