"""Ways to deliver a report: one file a kind of channel, each of which checks its settings and sends messages."""
