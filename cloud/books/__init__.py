"""Journal, ledger accounts and statements, folded from stock and sales facts.

Postings are pure functions of the facts (`shared.accounting`); this folder keeps their tables, closes periods
and answers the books' questions. Nothing posted is rewritten: late facts become differences in the first open
period.
"""
