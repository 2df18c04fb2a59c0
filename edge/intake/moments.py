"""The intake's clock policy is the one that the decoders' tool shows to installers: `shared.sensing.moments`."""

from shared.sensing.moments import Moment, is_backfill, moment

__all__ = ["Moment", "is_backfill", "moment"]
