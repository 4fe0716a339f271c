"""Give the cases of a file to a trained model, and check its answers by rules. Answers are data and never executed."""
