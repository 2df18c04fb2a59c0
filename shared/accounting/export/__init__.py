"""Vouchers for other programs: what leaves the books, and how each program wants to read it."""
