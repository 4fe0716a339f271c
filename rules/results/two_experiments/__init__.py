"""Put the results of two experiments side by side, and render the table."""
