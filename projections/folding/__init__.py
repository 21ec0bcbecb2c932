"""From records to rows: the fold, its drivers, the file that it fills, and what stands of a record."""
