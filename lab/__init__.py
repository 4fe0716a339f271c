"""Reserved for the work around a build: queue, approvals, archive, publication and knowledge. Still empty."""
