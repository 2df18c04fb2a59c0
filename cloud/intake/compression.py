"""zstd as frames and snapshots use it: level 3, and never more output than was announced."""

from __future__ import annotations

import zstandard

_LEVEL = 3


def compress(raw: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=_LEVEL).compress(raw)


def decompress(data: bytes, largest: int) -> bytes:
    """The raw bytes; ValueError on garbage or on more than `largest`."""
    try:
        announced = zstandard.frame_content_size(data)
        if announced > largest:
            raise ValueError("larger than announced")
        reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(
            data, read_across_frames=False
        )
        raw = reader.read(largest + 1)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from None
    if len(raw) > largest:
        raise ValueError("larger than announced")
    return raw
