"""What differs between two Situations, and the records that it comes from."""
