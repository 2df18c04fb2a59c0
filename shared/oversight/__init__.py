"""What head office has to say about things that happen in a store and stay the store's own."""
