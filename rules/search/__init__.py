"""Suggest the next round of trials of a search from the results of the rounds before."""
