"""Where a Chinese font lies on a machine: the same one for a store's labels and head office's reports.

TrueType outlines are needed, because a PDF embeds a part of the font and can do that only with those; so the
light WenQuanYi comes before Noto, whose outlines are of the other kind.
"""

from __future__ import annotations

VARIABLE = "LIUSHUI_FONT"
"""The environment variable that names another file."""

FONT_PLACES = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
