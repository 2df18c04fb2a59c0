"""What goes on paper: labels and receipts as pages of text and codes, before any printer's language.

A page is the same for a label printer, a receipt printer, a PDF and the preview on the phone, so what a person
has seen is what comes out. Everything here is pure; fonts, bitmaps and printers are the edge's.
"""
