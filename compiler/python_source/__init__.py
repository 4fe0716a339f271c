"""Read Python source without importing it: modules, what they import, and the parameters of a target."""
