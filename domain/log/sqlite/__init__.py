"""The log in an SQLite file: one machine, no server. Also what only a file has: backups, recovery from damage."""
