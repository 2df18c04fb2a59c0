"""From a suggested order to a placed one: what a person changed and why, and how far a program may go by itself."""
