"""Turn a project in the layout of lightning-hydra-template into a lab. Input: its files. Output: new files, report."""
