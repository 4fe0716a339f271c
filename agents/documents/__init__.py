"""Documents as data: blocks whose prose refers to facts by placeholders, before any value is substituted."""
