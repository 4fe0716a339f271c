"""Store replies in a cache and in recordings, and answer requests from them."""
