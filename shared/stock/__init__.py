"""Stock: every change is a fact, every fact is moves between locations, every balance a sum of moves."""
