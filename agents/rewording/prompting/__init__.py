"""Build the prompts of a request: instructions, facts enclosed as data, and the transcript."""
