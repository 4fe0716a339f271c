"""Commands about trackers."""
