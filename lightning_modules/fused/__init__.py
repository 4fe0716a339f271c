"""Train several configs, which differ only in numbers, at the same time in one process.

In: members, which are run ids with their configs. Out: for each member, the values that a training of its own would
have given: the trained model, its metrics, the logged rows and the results of the test items. No file is written.
"""
