"""Quality: inspections with photos, holds and releases."""
