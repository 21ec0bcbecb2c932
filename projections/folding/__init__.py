"""From records to rows: the fold, its drivers, and the file that it fills."""
