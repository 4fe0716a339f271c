"""Name the stages of an experiment, from its submission to its publication, and the gates between them."""
