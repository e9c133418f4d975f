"""What does systemd hear of us? That we are ready, alive, and stopping (sd_notify(3)), where it asks for that.

Nothing is said where nobody listens. It never raises: a service manager that is deaf ends no desk.
"""

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger(__name__)

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"


def tell_service_manager(*words: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Says all words in one datagram; False where nobody listens. `status` makes the one for people."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    # "@" stands for the NUL of an abstract socket (unix(7)).
    place = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.settimeout(1.0)
            line.sendto("\n".join(words).encode(), place)
    except OSError as error:
        log.debug("the service manager was not told: %s", error.strerror)
        return False
    return True


def status(text: str) -> str:
    """The line that `systemctl status` shows."""
    return "STATUS=" + " ".join(text.split())
