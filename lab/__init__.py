"""The work around a build: porting of projects and cleanup. Reserved for queue, approvals, archive and knowledge."""
