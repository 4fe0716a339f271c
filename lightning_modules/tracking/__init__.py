"""Log runs to a tracker, such as Weights & Biases. The results of an experiment never depend on a tracker."""
