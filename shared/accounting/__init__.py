"""The books' language: accounts, postings, periods.

Its facts and pure rules belong here: which postings follow from a stock fact, when a period is closed, how
a late fact is posted as a difference into the first open period. Amounts are integer minor units; every entry
sums to zero.
"""
