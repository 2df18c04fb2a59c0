"""The devices of a shop as master data: what they are, where they stand, until when their calibration holds."""
