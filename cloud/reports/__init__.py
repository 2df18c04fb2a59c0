"""Reports: one file a question, each one read of roll-ups and rows that the projector maintains. Nothing is written."""
