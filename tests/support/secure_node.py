"""A store's node as it stands in a shop: HTTPS by the store's own authority, and its broker with accounts beside it."""

from __future__ import annotations

import ssl
from pathlib import Path

from tests.support.edge_node import EdgeNode, FeedRows, Phone
from tests.support.store_broker import StoreBroker


class SecureNode(EdgeNode):
    """A node that answers over HTTPS with the certificate of the store's own authority."""

    def __init__(self, folder: Path, *, rows: FeedRows = ()) -> None:
        super().__init__(folder, rows=rows)
        self.broker = StoreBroker(folder)
        tls = self.broker.folder / "tls"
        self._options = ["--tls-cert", str(tls / "server.pem"), "--tls-key", str(tls / "server.key")]
        self.url = f"https://127.0.0.1:{self.port}"

    def client(self) -> Phone:
        """A phone that believes the store's authority."""
        context = ssl.create_default_context(cafile=str(self.broker.authority))
        headers = {"X-Liushui": "1", "Accept-Language": "en"}
        return Phone(base_url=self.url, headers=headers, timeout=30, trust_env=False, verify=context)
