"""Review rules, one file each: a passage goes in, objections come out."""
