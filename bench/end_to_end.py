"""Measures the whole way on an idle desk: from the first byte by LMTP to the acknowledgement in the relay's hands.

    python -m bench.end_to_end [--mails 40]

Prints a markdown table of milliseconds: median, 90th percentile, longest. The daemon is the real command, the sink a
thread of this process.
"""

import argparse
import smtplib
import statistics
import tempfile
import time
from pathlib import Path

from tests.desk import mail
from tests.running import RunningDaemon, running
from tests.servers.sink import Sink

_REST = 0.3
_PATIENCE = 20.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--mails", type=int, default=40)
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Sink() as sink,
        running(RunningDaemon(Path(folder), sink.port)) as daemon,
    ):
        took = [one_mail(daemon, sink, number) for number in range(given.mails + 3)][3:]
    took.sort()
    print(f"LMTP to the acknowledgement in the sink, {given.mails} mails one by one on an idle desk")
    print("| median ms | p90 ms | longest ms |\n|---|---|---|")
    print(f"| {statistics.median(took):.0f} | {took[int(len(took) * 0.9)]:.0f} | {took[-1]:.0f} |")


def one_mail(daemon: RunningDaemon, sink: Sink, number: int) -> float:
    """Milliseconds until the acknowledgement of one mail is taken by the sink."""
    time.sleep(_REST)
    sender = f"kari{number}@customer.example"
    raw = mail(sender, text="It burns since Monday.\n" * 200)
    began = time.perf_counter()
    with smtplib.LMTP("127.0.0.1", daemon.port, local_hostname="bench.example") as client:
        client.sendmail(sender, ["support@acme.example"], raw)
    while not any(sender in one.recipients for one in sink.mails):
        if time.perf_counter() - began > _PATIENCE:
            raise TimeoutError(f"no acknowledgement within {_PATIENCE:.0f} s; the daemon said:\n{daemon.log[-2000:]}")
        time.sleep(0.001)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
