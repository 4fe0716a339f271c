"""Build the messages of a request: instructions, facts enclosed as data, and the transcript."""
