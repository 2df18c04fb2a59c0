"""Who may come in: people with passwords and sessions, nodes with keys, and the codes that let the first ones in."""
