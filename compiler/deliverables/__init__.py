"""One file per deliverable type: its schema and how it is checked."""
