"""A wire that counts: bytes between a node and head office, as they stand on the line, headers and tokens included.

It listens on one port, hands everything on to another, and costs next to nothing: a frame of a thousand facts is
one piece of some fifty kilobytes.
"""

from __future__ import annotations

import asyncio
import threading
import time


class Wire:
    """Started and stopped from any thread; `up` are the bytes towards head office."""

    def __init__(self, port: int, to_port: int) -> None:
        self.up = 0
        self.down = 0
        self.first_up: float | None = None
        """When the first byte went up, by `time.perf_counter`."""
        self._port = port
        self._to_port = to_port
        self._loop = asyncio.new_event_loop()
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wire", daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._open.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def count_anew(self) -> None:
        self.up = self.down = 0
        self.first_up = None

    def _run(self) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._carry, "127.0.0.1", self._port))
        self._open.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _carry(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        try:
            far_in, far_out = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            near_out.close()
            return
        await asyncio.gather(
            self._copy(near_in, far_out, is_up=True), self._copy(far_in, near_out, is_up=False)
        )

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_up: bool) -> None:
        try:
            while data := await source.read(262_144):
                if is_up:
                    self.first_up = self.first_up or time.perf_counter()
                    self.up += len(data)
                else:
                    self.down += len(data)
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()
