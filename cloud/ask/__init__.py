"""Questions in plain Chinese or English, answered from the roll-ups.

A question becomes a typed query that is shown back to the person before the answer; what is not understood or
not allowed is said so. No query text ever reaches the database unparsed.
"""
