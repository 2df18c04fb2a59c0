"""The day-book itself: envelope, canonical bytes, hash chain, registry of fact types, projections."""
