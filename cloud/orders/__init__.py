"""Orders that reach head office: imported, checked for credit, allotted to stores, followed to the invoice.

One order is one line of states, each a fact. Reserving stock is asked of the store that owns it, because a
store's stock has one writer.
"""
