"""What was claimed, on both clocks, as rows: versions of records, claims on lines, sums, findings."""
