"""Train on machines that share no file system with the lab. What they read is deployed, and runs come back packed."""
