"""A real Postfix between the world and the desk, and a look into its queue."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import servers
from tests.servers.servers import Server, ServerMissing


@dataclass(slots=True)
class Postfix:
    """Takes mail on `port`; its domain goes to LMTP, everything else to the relay port."""

    server: Server
    port: int
    conf: Path
    host: str = servers.HOST

    def queue(self) -> list[dict[str, Any]]:
        """What waits, as `postqueue -j` tells it: queue_name, queue_id, sender, recipients with delay_reason."""
        listed = self._run("postqueue", "-j").stdout
        return [json.loads(line) for line in listed.splitlines() if line.strip()]

    def flush(self) -> None:
        """Tries everything that waits now."""
        self._run("postqueue", "-f")

    def log(self) -> str:
        log = self.server.folder / "mail.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def flush_until(self, true: Callable[[], bool], what: str) -> None:
        """Tries what waits again and again. Raises TimeoutError with the end of its log.

        Once is not enough: an attempt that was under way before may end after the flush, and Postfix then leaves the
        mail, or its whole destination, alone for a while.
        """

        def tried() -> bool:
            if true():
                return True
            self.flush()
            return False

        servers.wait_until(tried, what, pause=0.3, said=self.log)

    def await_empty(self) -> None:
        """Delivers until nothing is queued any more. Raises TimeoutError."""
        self.flush_until(lambda: not self.queue(), "the queue of Postfix is empty")

    def stop(self) -> None:
        # Not into a pipe: what Postfix still runs would keep its end open.
        nowhere = subprocess.DEVNULL
        command = [servers.program("postfix"), "-c", str(self.conf), "stop"]
        subprocess.run(command, stdout=nowhere, stderr=nowhere, check=False, timeout=servers.PATIENCE)
        self.server.stop()

    def _run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [servers.program(name), "-c", str(self.conf), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=servers.PATIENCE)


def start_postfix(folder: Path, lmtp_port: int, relay_port: int, domain: str, **settings: str) -> Postfix:
    """Starts one; `settings` are more lines of main.cf."""
    program = servers.program("postfix")
    if os.geteuid() != 0:
        raise ServerMissing("postfix can be started by root only")
    conf = folder / "conf"
    for name in ("conf", "spool", "data"):
        (folder / name).mkdir(parents=True)
    shutil.chown(folder / "data", "postfix")
    port = servers.free_port()
    servers.fill(
        "main.cf",
        conf / "main.cf",
        dir=folder,
        name=f"postfix{port}",
        domain=domain,
        lmtp_port=lmtp_port,
        relay_port=relay_port,
        extra="\n".join(f"{name} = {value}" for name, value in settings.items()),
    )
    servers.fill("master.cf", conf / "master.cf", port=port)
    server = servers.start("postfix", [program, "-c", str(conf), "start-fg"], folder, as_owner=False)
    servers.await_port(server, port)
    return Postfix(server, port, conf)
