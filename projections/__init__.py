"""What the log means at a vantage: a read model rebuilt from zero at any time, and the Situation drawn from it."""
