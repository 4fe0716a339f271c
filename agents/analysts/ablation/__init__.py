"""Parts of the ablation study: importance of the swept parameters, main effects, predictions and follow-ups."""
