"""What edge and cloud say to each other: frames of facts, cursors, the feed of master data."""
