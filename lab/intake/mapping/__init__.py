"""Map the `config` of a job to config keys and group choices, by the rows of `conf/import.yaml`."""
