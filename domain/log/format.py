"""The format of a log, whatever engine keeps it. FORMAT.md says what it fixes."""

FORMAT = 1
