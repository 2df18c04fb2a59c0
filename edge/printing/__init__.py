"""Printers of the store: pages become bitmaps, ZPL, ESC/POS or PDF and go to a socket, a device file or a person.

Nothing here touches the day-book. A printer without paper is a nuisance; a sale that waited for it would be a
loss, so printing has a small database of its own and every failure is an answer that says what to do next.
"""
