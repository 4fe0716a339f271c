"""What the decision about the trust of a lab reads: the remotes of its git repository, and the list of the user."""
