"""Seeded faults over the real code: whatever the line does, both ends come to say the same."""
