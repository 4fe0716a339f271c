"""What each rule runs: one thin command a rule."""
