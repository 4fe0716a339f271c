"""Train one config and record it: a config goes in, the files of a run come out."""
