"""Find keys that nothing reads. Input: a config before its sweep, and the source of the training. Output: warnings."""
