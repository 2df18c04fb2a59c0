"""Customers who buy on account: limits, the slices of them that stores hold, orders and bills."""
