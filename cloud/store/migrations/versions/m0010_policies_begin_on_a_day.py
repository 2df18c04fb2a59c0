"""A policy begins on a day; those of before count from the beginning, as they did"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("book_policy", sa.Column("since", sa.Text(), server_default=sa.text("''"), nullable=False))
