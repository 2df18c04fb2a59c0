"""A shop's own sales file read into sales: whatever its columns are called, all of it or none of it."""
