"""The tests: stories in store terms, seeded faults, frozen facts, the browser, a mirror of the folders."""
