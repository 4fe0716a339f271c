"""How often the registered test gives a false verdict, and whether a test notices each change of its code."""
