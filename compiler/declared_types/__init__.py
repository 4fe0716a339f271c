"""From `type: module:NAME` of a spec to a deliverable type, read from the source of the lab without importing it."""
