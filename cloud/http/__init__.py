"""Head office's HTTP side: one router per file, found by `registry`; every handler reads, makes one call, answers."""
