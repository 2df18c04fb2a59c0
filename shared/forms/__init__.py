"""Forms that a shop draws for itself: published as data, filled in on a phone, kept as facts.

The field types (one file each), the published form and the submitted answers belong here, with the rules that
say whether an answer fits its field. Edge, cloud and PWA read the same definition.
"""
