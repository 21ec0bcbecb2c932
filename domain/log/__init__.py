"""The append-only log: the only code that knows a database or the library's persistence. See FORMAT.md."""
