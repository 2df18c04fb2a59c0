"""Sensing: readings from devices, roll-ups, cold-chain excursions and silence."""
