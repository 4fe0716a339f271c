"""Parts of the performance analysis: learning curves, convergence, generalisation, anomalies and costs."""
