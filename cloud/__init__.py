"""Head office: the books of all stores, folded from the facts that their nodes send."""
