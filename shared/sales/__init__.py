"""Sales and returns at the till."""
