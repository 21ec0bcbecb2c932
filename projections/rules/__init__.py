"""What claims come to: combined figures, statuses, sums of a strike, ceasefires, as they are shown."""
