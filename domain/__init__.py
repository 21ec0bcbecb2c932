"""What can be put on record about a ceasefire, and what is refused.

Values, then streams, then the log, then the application (`monitor`): each may use those before it, never after.
"""
