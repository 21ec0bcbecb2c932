"""Other engines, asked the same questions over rows of the same claims (see `claims`)."""
