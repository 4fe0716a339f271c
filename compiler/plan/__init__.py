"""Compile the experiments of a lab into one plan, with their genealogy, designs and step hashes."""
