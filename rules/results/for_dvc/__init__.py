"""Write the metrics and learning curves of experiments to small files that DVC and git compare: `results/metrics/` and
`results/plots/`. The input is the results of an experiment and the histories of its runs.
"""
