"""The faults of the failure matrix, brought about on purpose: power, disk, kills, clocks."""
