"""Two things on record that do not agree: shown, and never smoothed over."""
