"""Measures reading: `maildesk read` as a command over many files, and what one mail costs, beside other readers.

    python -m bench.read [--seconds 3] [--rounds 3]

Three sorts of mail: text and HTML of 20 KB together; 300 KB with a screenshot; 36 MB with a file. Each reader gets the
same mails in the same process and is asked for subject, sender, bodies and decoded attachments; only maildesk folds,
judges, cleans the HTML and looks for the language. CPU is user + system; ratios are to mail-parser alone, in the same
round. The last row is the whole command, its start and the pool on all cores included.
"""

import argparse
import email
import json
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP, default
from importlib import import_module
from pathlib import Path
from typing import Any

import mailparser

from bench.mails import sentence
from bench.process import Cost, cpu_seconds, measured
from maildesk.ingest.parse import parse_mail
from maildesk.mail import Ours
from scripts.peers import peer

OURS = Ours(frozenset({"support@desk.example"}))
_LANGUAGES = ("en", "nb", "ko", "de")
_HISTORY = "\n\nOn Mon, 2 Mar 2026 at 09:00, Acme Support <support@desk.example> wrote:\n"

Reader = Callable[[bytes], object]


def alternative(chance: random.Random, number: int) -> EmailMessage:
    """20 KB of text and HTML together; every third is an answer that quotes."""
    language = _LANGUAGES[number % len(_LANGUAGES)]
    mail = EmailMessage()
    mail["From"] = f"Person {number} <person{number}@customer.example>"
    mail["To"] = "support@desk.example"
    mail["Subject"] = sentence(chance, language, 6).strip()
    mail["Date"] = "Mon, 02 Mar 2026 10:00:00 +0100"
    mail["Message-ID"] = f"<{number}@customer.example>"
    text = ""
    while len(text.encode()) < 6_000:
        text += sentence(chance, language, 12)
    if number % 3 == 0:
        text = (
            text[: len(text) // 2] + _HISTORY + "".join(f"> {line}\n" for line in text[len(text) // 2 :].splitlines())
        )
    text += "\n-- \nPerson\nTel. 22 19 45 40\n"
    mail.set_content(text, charset="utf-8", cte="8bit")
    rows = "".join(
        f'<p class="MsoNormal" style="margin:0"><span lang="en">{line}</span></p>' for line in text.splitlines()
    )
    mail.add_alternative(f"<html><head><style>p{{margin:0}}</style></head><body>{rows}</body></html>", subtype="html")
    return mail


def with_picture(chance: random.Random, number: int) -> EmailMessage:
    mail = alternative(chance, number)
    picture = b"\x89PNG\r\n\x1a\n" + chance.randbytes(205_000)
    mail.add_attachment(picture, "image", "png", filename="screenshot.png")
    return mail


def with_large_file(chance: random.Random, number: int) -> EmailMessage:
    mail = alternative(chance, number)
    mail.add_attachment(chance.randbytes(26_300_000), "application", "pdf", filename="manual.pdf")
    return mail


SORTS: dict[str, tuple[Callable[[random.Random, int], EmailMessage], int]] = {
    "20 KB, text and HTML": (alternative, 300),
    "300 KB with a PNG": (with_picture, 60),
    "36 MB": (with_large_file, 2),
}


def maildesk(raw: bytes) -> object:
    return parse_mail(raw, OURS)


def maildesk_daemon(raw: bytes) -> object:
    return parse_mail(raw, OURS, with_html=False)


def mail_parser(raw: bytes) -> object:
    mail = mailparser.parse_from_bytes(raw)
    return mail.subject, mail.from_, mail.text_plain, mail.text_html, mail.attachments


def compat32(raw: bytes) -> object:
    mail = email.message_from_bytes(raw)
    leaves = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    return str(mail["Subject"]), str(mail["From"]), leaves


def policy_default(raw: bytes) -> object:
    mail = email.message_from_bytes(raw, policy=default)
    leaves = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return str(mail["Subject"]), str(mail["From"]), leaves


def fast_mail_parser() -> Reader | None:
    """Written in Rust; None where it does not install."""
    folder = peer("fast-mail-parser")
    if folder is None:
        return None
    sys.path.append(str(folder))
    rust = import_module("fast_mail_parser")

    def read(raw: bytes) -> object:
        mail: Any = rust.parse_email(raw)
        return mail.subject, mail.from_, mail.text_plain, mail.text_html, [one.content for one in mail.attachments]

    return read


def cost_of(reader: Reader, mails: list[bytes], seconds: float) -> Cost:
    """Over all the mails, again and again until the time is over."""
    reader(mails[0])
    rounds = 0

    def work() -> None:
        nonlocal rounds
        end = time.perf_counter() + seconds
        while not rounds or time.perf_counter() < end:
            for raw in mails:
                reader(raw)
            rounds += 1

    cost = measured(len(mails), work)
    return Cost(cost.cpu / rounds, cost.wall / rounds)


def cost_of_command(mails: list[bytes], seconds: float) -> Cost:
    """`maildesk read --json` over so many files that its start counts little."""
    cores = os.cpu_count() or 1
    guess = cost_of(maildesk, mails[:2], 0).cpu / 1000
    files = max(4, min(4000, int(seconds * cores / guess)))
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, str(number)) for number in range(len(mails))]
        for path, raw in zip(paths, mails, strict=True):
            path.write_bytes(raw)
        command = [sys.executable, "-m", "maildesk", "read", "--json"]
        command += [str(paths[number % len(paths)]) for number in range(files)]
        cpu, wall = cpu_seconds(), time.perf_counter()
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()
        cost = Cost((cpu_seconds() - cpu) * 1000 / files, (time.perf_counter() - wall) * 1000 / files)
    assert len(lines) == files and not json.loads(lines[-1])["problems"]
    return cost


def readers() -> Iterator[tuple[str, Reader]]:
    yield "maildesk, as `read` shows it", maildesk
    yield "maildesk, as the daemon reads", maildesk_daemon
    yield "mail-parser alone", mail_parser
    yield "stdlib, compat32", compat32
    yield "stdlib, policy.default", policy_default
    if (rust := fast_mail_parser()) is not None:
        yield "fast-mail-parser", rust


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=3, help="for each reader and sort of mail, in each round")
    options.add_argument("--rounds", type=int, default=3, help="the median of so many")
    given = options.parse_args()
    # mail-parser says much about mails that are not quite right.
    logging.disable(logging.CRITICAL)
    print(
        "| mail | reader | CPU ms/mail | wall ms/mail | mails/s | CPU beside mail-parser |\n|---|---|---|---|---|---|"
    )
    for sort, (make, count) in SORTS.items():
        report(sort, [mail_bytes(make, number) for number in range(count)], given.seconds, given.rounds)


def mail_bytes(make: Callable[[random.Random, int], EmailMessage], number: int) -> bytes:
    return make(random.Random(number), number).as_bytes(policy=SMTP.clone(max_line_length=998))


def report(sort: str, mails: list[bytes], seconds: float, rounds: int) -> None:
    costs: dict[str, list[Cost]] = {}
    for _ in range(rounds):
        for name, reader in readers():
            costs.setdefault(name, []).append(cost_of(reader, mails, seconds))
        costs.setdefault("`maildesk read --json`, all cores", []).append(cost_of_command(mails, seconds))
    for name, found in costs.items():
        cpu, wall = statistics.median(cost.cpu for cost in found), statistics.median(cost.wall for cost in found)
        pairs = zip(found, costs["mail-parser alone"], strict=True)
        ratio = statistics.median(cost.cpu / beside.cpu for cost, beside in pairs)
        print(f"| {sort} | {name} | {cpu:.2f} | {wall:.2f} | {1000 / wall:.0f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
