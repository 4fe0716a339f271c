"""Analyses as data: their schema, the agenda of questions, and the merge of all analyses of an experiment."""
