"""From a submitted file to a spec: read YAML or JSON, map `config` by `conf/import.yaml`, check that it compiles."""
