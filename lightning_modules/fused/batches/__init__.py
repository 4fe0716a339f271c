"""Draw the batches of all members: from a data module for each member, or from tables of tensors that all share."""
