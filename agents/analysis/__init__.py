"""Analyses as data: their schema, the tasks of the analysts, and the merge of all analyses of an experiment."""
