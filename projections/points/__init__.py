"""Points in time on both clocks: as typed, resolved, and how one moves between them."""
