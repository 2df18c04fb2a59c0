"""Facts that head office has set aside: what a person decided about them, as facts of head office's own log."""
