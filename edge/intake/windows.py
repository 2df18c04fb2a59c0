"""The two lengths of window in which readings are summed up."""

from __future__ import annotations

FIVE_MINUTES_S = 300
HOUR_S = 3600
RAW_MS = 30 * 86_400_000
"""How long single samples are kept; the windows longer."""
