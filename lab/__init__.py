"""The work around a build: the queue, decisions of people, cleanup, and porting of projects."""
