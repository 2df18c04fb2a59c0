"""Alembic's folder: one dated file per change of the ledger's and identity's tables."""
