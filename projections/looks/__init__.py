"""The parts of a Situation by look-ups: as fast at a million records as at a thousand.

They bring together what the rules need, and the rules say what it means: the same that read everything in the tests.
"""
