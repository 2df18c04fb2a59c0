"""What a store's box runs beside the node: its broker's configuration."""
