"""One store's node: the only writer of the store's day-book, kept working with the internet down."""
