"""Transports: how bytes and messages come in. They do the I/O so that drivers and normalisers need not."""
