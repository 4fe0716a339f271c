"""Keep the compiled specs of a lab, so that a change of one spec does not compile all others again."""
