"""A question that raises or hangs, and the remedy that its cause has."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maildesk.checks import Finding, Grade
from maildesk.checks.asking import Question, answers, answers_within
from maildesk.checks.certificate import names_in
from maildesk.checks.finding import ok
from maildesk.checks.remedies import remedy_for
from maildesk.config import ConfigError, Problem
from maildesk.errors import Deferred, Refused
from tests.servers.servers import Certificates


def raising(error: Exception) -> Callable[[], Iterator[Finding]]:
    def ask() -> Iterator[Finding]:
        yield ok("first", "well")
        raise error

    return ask


@pytest.mark.parametrize(
    ("error", "found", "remedy"),
    [
        (Deferred("the server is away"), "the server is away", "log says more"),
        (Refused("no"), "no", "log says more"),
        (ConfigError([Problem(("a",), "is wrong; mend it")]), "a is wrong", "mend it"),
        (PermissionError(13, "Permission denied", "/a/file"), "Permission denied /a/file", "give it to the user"),
        (KeyError("hunter2"), "the check itself broke (KeyError)", "report it"),
    ],
)
def test_a_question_that_raises_says_what_was_found_before(error: Exception, found: str, remedy: str) -> None:
    first, last = answers(Question("it", "relay", raising(error)))
    assert first.grade is Grade.OK
    assert (last.grade, last.what, last.found) == (Grade.FAIL, "it", found)
    assert remedy in last.remedy


def test_one_that_does_not_answer_is_left_behind() -> None:
    never = threading.Event()

    def wait() -> Iterator[Finding]:
        yield ok("slow", "so far")
        never.wait()

    quick = Question("quick", "relay", lambda: iter([ok("quick", "well")]))
    told: list[str] = []
    found = list(answers_within([Question("slow", "imap", wait), quick], told.append, seconds=0.2))
    never.set()
    assert [(finding.what, finding.grade) for finding in found] == [
        ("slow", Grade.OK),
        ("slow", Grade.FAIL),
        ("quick", Grade.OK),
    ]
    assert "no answer within" in found[1].found
    assert "imap.port" in found[1].remedy
    assert told == ["slow", "quick"]


def wrong_certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (wrong_certificate(62), "a name that is in the certificate as imap.host"),
        (wrong_certificate(64), "a name that is in the certificate as imap.host"),
        (wrong_certificate(10), "renew"),
        (wrong_certificate(9), "clocks"),
        (wrong_certificate(18), "imap.ca_file"),
        (wrong_certificate(20), "imap.ca_file"),
        (ssl.SSLError(1, "wrong version number"), "do not go together"),
        (socket.gaierror(-2, "Name or service not known"), "DNS"),
        (ConnectionRefusedError(111, "Connection refused"), "nobody listens"),
        (ConnectionResetError(104, "reset"), "hung up"),
        (TimeoutError(), "firewall"),
        (OSError(101, "Network is unreachable"), "routes"),
    ],
)
def test_a_cause_has_its_remedy(cause: Exception, words: str) -> None:
    trouble = Deferred("trouble")
    trouble.__cause__ = cause
    assert words in remedy_for(trouble, "imap")
    # Adapters cut the cause off; the context stays.
    cut = Deferred("trouble")
    cut.__context__ = cause
    assert remedy_for(cut, "imap") == remedy_for(trouble, "imap")


def pem(file: Path) -> bytes:
    """The certificate of a PEM file, as DER."""
    return ssl.PEM_cert_to_DER_cert(file.read_text())


def test_the_names_in_a_certificate(certificates: Certificates) -> None:
    assert names_in(pem(certificates.cert_file)) == ("localhost", "127.0.0.1")


@pytest.mark.parametrize("critical", ["", "0101ff"])
def test_the_names_stand_behind_a_critical_mark_too(critical: str) -> None:
    name = b"\x82\x0cacme.example" + b"\x81\x01@" + b"\x87\x04\x0a\x00\x00\x01"
    value = b"\x30" + bytes([len(name)]) + name
    extension = bytes.fromhex("0603551d11" + critical) + b"\x04" + bytes([len(value)]) + value
    assert names_in(b"\x30\x82\x01" + extension + b"\x30\x00") == ("acme.example", "10.0.0.1")


def test_names_of_broken_certificates_are_none_or_some(certificates: Certificates) -> None:
    whole = pem(certificates.cert_file)
    assert names_in(pem(certificates.ca_file)) == ()
    for cut in range(len(whole)):
        assert set(names_in(whole[:cut])) <= {"localhost", "127.0.0.1", *("localhost"[:n] for n in range(9))}
