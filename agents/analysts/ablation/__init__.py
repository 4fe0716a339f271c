"""Parts of the ablation study: main effects, importance of swept parameters, and predictions."""
