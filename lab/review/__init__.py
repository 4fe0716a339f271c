"""What waits for a person: the files and decisions of a lab go in, items to decide and the recorded decisions come out.

An item is shown with everything that a decision needs, and a decision is bound to the content that was shown.
"""
