"""Documents as data: blocks whose texts refer to facts by placeholders, before any value is substituted."""
