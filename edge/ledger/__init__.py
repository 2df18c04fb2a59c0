"""The store's day-book on disk: the only writer, its tables, its readers, its proofs."""
