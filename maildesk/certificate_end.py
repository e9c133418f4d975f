"""Until when is the certificate good that a server showed on this connection? It was verified by whoever opened it."""

import socket
import ssl
from datetime import UTC, datetime


def certificate_end(connection: socket.socket | None) -> datetime | None:
    """In UTC; None where nothing is encrypted or nothing is known."""
    shown = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    text = (shown or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC) if isinstance(text, str) else None
