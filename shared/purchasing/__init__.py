"""Purchasing: orders placed by head office and what was received against them."""
