"""The list of records: its filter language, one record in full, names that complete what is typed."""
