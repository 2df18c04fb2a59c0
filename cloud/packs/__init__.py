"""What an industry brings along: categories, units, check lists, shelf lives, accounts. One file a pack.

A pack is data and the few rules only that trade has. Installing one writes master data through the same
commands a person would use.
"""
