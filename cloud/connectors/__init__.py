"""Bridges to other people's systems: marketplaces, tills, bookkeeping, messaging. One file each.

A connector turns foreign documents into our commands and our facts into foreign documents, remembers where it
stopped, and may be run again without doubling anything. All of them pass one contract test.
"""
