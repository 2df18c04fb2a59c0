"""Barcodes: what a scanner, a camera or a person entered, turned into one strict, immutable `ScannedCode`.

The entry point is `scanned_code.read_code`. Everything here is pure: today's date and the store's label
templates are arguments, so the same text always reads the same and the phone's parser can be held to it.
"""
