"""The commands that rules run: each reads its arguments, calls the layers below, and writes its output files."""
