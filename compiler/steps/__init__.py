"""Hash the code, the prompts and the reference files on which the steps after training depend."""
