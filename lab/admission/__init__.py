"""Admission of experiments: a build states its experiments, and each is admitted by a decision or stops the build.

Nothing is admitted while the lab is on hold. A build that a person starts counts as that person's approval and is
recorded as such. A build that a program starts needs an approval, or in an autonomous lab the admission by the policy.
"""
