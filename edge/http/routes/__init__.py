"""One file a router; the registry finds every `router` here by itself."""
