"""Work by the clock: each job is safe to run twice, and runs once however many workers there are."""
