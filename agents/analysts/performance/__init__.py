"""Parts of the performance analysis: convergence, generalisation, anomalies and bottlenecks of trainings."""
