"""The tables of the page. Each function yields its rows as soon as they are measured."""
