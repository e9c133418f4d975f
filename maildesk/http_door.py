"""Two pages for watchers, and no others: /readyz and /metrics. It knows nothing of a ticket, and takes nothing in."""

import logging
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from maildesk.config import ListenAddress
from maildesk.errors import Deferred, Refused

log = logging.getLogger(__name__)

#: Of one question, from being let in to the last byte of its answer, however slowly somebody writes or reads.
_SECONDS: Final = 10.0
#: So many are served at the same time; who comes then is turned away.
_AT_ONCE: Final = 16
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"

#: The words of a page, and whether all is well.
Page = Callable[[], tuple[bool, str]]


class HttpDoor:
    """Listens from `start` to `close`; each page is made when it is asked for."""

    def __init__(self, address: ListenAddress, pages: dict[str, Page]) -> None:
        self._address = address
        self._pages = pages
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> str:
        """Returns where it listens. Raises Refused where it cannot."""
        try:
            self._server = _Server((self._address.host, self._address.port), _handler(self._pages))
        except OSError as error:
            raise Refused(f"listen.http: {self._address} cannot be listened on ({error.strerror})") from error
        threading.Thread(target=self._server.serve_forever, name="http", daemon=True).start()
        return f"{self._address.host}:{self._server.server_address[1]}"

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, place: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(place, handler)
        self._seats = threading.BoundedSemaphore(_AT_ONCE)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        if not self._seats.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._seats.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asks may hang up at any time; anything else is a fault of ours."""
        error = sys.exception()
        if not isinstance(error, OSError):
            log.error("a page could not be made", exc_info=error)


def _handler(pages: dict[str, Page]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "maildesk", ""

        def handle(self) -> None:
            # A time-out of the socket would begin anew with each byte.
            end = threading.Timer(_SECONDS, _hang_up, [self.connection])
            end.daemon = True
            end.start()
            try:
                super().handle()
            finally:
                end.cancel()

        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            if page is None:
                self._say(404, "there are /readyz and /metrics\n")
                return
            try:
                good, text = page()
            except Deferred as trouble:
                good, text = False, f"{trouble.reason}\n"
            self._say(200 if good else 503, text)

        def log_message(self, *_: object) -> None:
            # Being asked is no fate.
            pass

        def _say(self, code: int, text: str) -> None:
            data = text.encode()
            self.send_response(code)
            self.send_header("Content-Type", _TEXT)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler


def _hang_up(connection: socket.socket) -> None:
    # He may have gone meanwhile.
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
