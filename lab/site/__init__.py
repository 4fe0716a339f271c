"""The site of a lab: published packages go in, a folder of web pages comes out."""
