"""Write metrics and learning curves to small files that DVC and git compare: `results/metrics/`, `results/plots/`.

The input is the results of an experiment and the histories of its runs.
"""
