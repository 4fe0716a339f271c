"""Levels of autonomy: the lab's config and a proposal go in, the decision whether it may run by itself comes out."""
