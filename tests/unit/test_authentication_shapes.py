"""Authentication-Results as mail servers that are often a desk's border write them: folded, commented, in their order.

Each shape is filled for three mails: proven, disowned, and disowned by a domain that asks for nothing.
"""

from typing import NamedTuple

import pytest

from maildesk.checks.trace import read_trace
from maildesk.desk.speaker.authentication import UNNAMED, authenticate, is_trusted
from maildesk.ingest.parse import parse_mail
from maildesk.mail import Ours

OURS = Ours(frozenset({"support@acme.example"}), "+", ("en",), "", frozenset())


class Shape(NamedTuple):
    """`above` are the Received fields between it and the top; `results` has a place for what the mail was found to be,
    `found` what stands there: proven, disowned, disowned without any wish."""

    server: str
    above: int
    results: str
    found: tuple[str, str, str]


SHAPES = {
    "Microsoft 365": Shape(
        UNNAMED,
        3,
        """spf=pass (sender IP is 192.0.2.25)
 smtp.mailfrom=customer.example; {0}
 header.from=customer.example;compauth=pass reason=100""",
        (
            "dkim=pass (signature was verified)\n header.d=customer.example;dmarc=pass action=none",
            "dkim=fail (body hash did not verify)\n header.d=customer.example;dmarc=fail action=quarantine",
            "dkim=none (message not signed)\n header.d=none;dmarc=fail action=none",
        ),
    ),
    "Gmail": Shape(
        "mx.google.com",
        2,
        """mx.google.com;
       dkim=pass header.i=@mail.example header.s=20230601 header.b=AbCd1234;
       arc=pass (i=1 spf=pass spfdomain=customer.example dkim=pass dkdomain=customer.example dmarc=pass);
       spf=pass (google.com: domain of kari@customer.example designates 192.0.2.25 as permitted sender) \
smtp.mailfrom=kari@customer.example;
       {0} header.from=customer.example;
       dara=pass header.i=@acme.example""",
        (
            "dmarc=pass (p=REJECT sp=REJECT dis=NONE)",
            "dmarc=fail (p=QUARANTINE sp=NONE dis=QUARANTINE)",
            "dmarc=fail (p=NONE sp=NONE dis=NONE)",
        ),
    ),
    "Fastmail": Shape(
        "mx6.messagingengine.com",
        2,
        """mx6.messagingengine.com;
    x-csa=none;
    x-ptr=pass smtp.helo=mail.customer.example policy.ptr=mail.customer.example;
    bimi=skipped (DMARC Policy is not at enforcement);
    dkim=none (no signatures found);
    {0} header.from=customer.example;
    iprev=pass smtp.remote-ip=192.0.2.25 (mail.customer.example);
    spf=pass smtp.mailfrom=kari@customer.example smtp.helo=mail.customer.example""",
        (
            "dmarc=pass policy.published-domain-policy=reject\n      policy.applied-disposition=none"
            " policy.evaluated-disposition=none\n      (p=reject,d=none,d.eval=none) policy.policy-from=p",
            "dmarc=fail policy.published-domain-policy=reject\n      policy.applied-disposition=reject"
            "\n      (p=reject,d=reject,d.eval=reject) policy.policy-from=p",
            "dmarc=fail policy.published-domain-policy=none\n      policy.applied-disposition=none"
            "\n      (p=none,d=none,d.eval=none) policy.policy-from=p",
        ),
    ),
    "Postfix with OpenDMARC": Shape(
        "mx.acme.example",
        0,
        "mx.acme.example; {0} header.from=customer.example",
        ("dmarc=pass (p=reject dis=none)", "dmarc=fail (p=reject dis=none)", "dmarc=fail (p=none dis=none)"),
    ),
    "Exim": Shape(
        "mx.acme.example",
        1,
        """mx.acme.example;
\tiprev=pass (mail.customer.example) smtp.remote-ip=192.0.2.25;
\tauth=pass (login) smtp.auth=kari;
\tspf=pass smtp.mailfrom=customer.example;
\t{0}""",
        (
            "dkim=pass header.d=customer.example header.s=s1 header.a=rsa-sha256;\n"
            "\tdmarc=pass header.from=customer.example",
            "dkim=fail (bodyhash mismatch; body probably modified in transit)\n\t\theader.d=customer.example "
            "header.s=s1 header.a=rsa-sha256;\n\tdmarc=fail header.from=customer.example",
            "dmarc=none header.from=customer.example",
        ),
    ),
    "Rspamd": Shape(
        "mx.acme.example",
        0,
        """mx.acme.example;
\tdkim=pass header.d=list.example header.s=s1 header.b=AbCd1234;
\tspf=pass (mx.acme.example: domain of "kari(x"@customer.example designates 192.0.2.25 as permitted sender) ) \
smtp.mailfrom=kari@customer.example;
\t{0}""",
        (
            "dmarc=pass (policy=reject) header.from=customer.example",
            'dmarc=fail reason="SPF not aligned (relaxed), DKIM not aligned (relaxed)" header.from=customer.example '
            "(policy=reject)",
            'dmarc=fail reason="No valid SPF, No valid DKIM" header.from=customer.example (policy=none)',
        ),
    ),
}
VERDICTS = ("pass", "fail", "unknown")


def mail_of(shape: Shape, found: str) -> bytes:
    above = "".join(f"Received: from a{n}.acme.example by mx.acme.example; x\n" for n in range(shape.above))
    below = "Received: from mail.customer.example by mx.acme.example; x\n"
    strangers = f"Authentication-Results: {shape.server}; dmarc=pass header.from=customer.example\n"
    field = f"Authentication-Results: {shape.results.format(found)}\n"
    rest = "From: Kari <kari@customer.example>\nTo: support@acme.example\nSubject: x\n\nHello\n"
    return (above + field + below + strangers + rest).replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("name", "at"), [(name, at) for name in SHAPES for at in range(3)], ids=lambda one: str(one).replace(" ", "-")
)
def test_a_server_says_it_its_own_way(name: str, at: int) -> None:
    shape = SHAPES[name]
    fields = parse_mail(mail_of(shape, shape.found[at]), OURS).authentication_results
    judged = authenticate("customer.example", fields, frozenset({shape.server}), shape.above)
    assert judged.verdict == VERDICTS[at], judged
    assert authenticate("evil.example", fields, frozenset({shape.server}), shape.above).verdict != "pass"
    if shape.above:
        # Where its place was not learned, a sender could have written it.
        assert authenticate("customer.example", fields, frozenset({shape.server}), 0).verdict == "unknown"


@pytest.mark.parametrize("name", SHAPES)
def test_its_name_and_its_place_are_learned(name: str) -> None:
    shape = SHAPES[name]
    trace = read_trace(mail_of(shape, shape.found[0]))
    assert (trace.server, trace.received_above) == (shape.server, shape.above)


@pytest.mark.parametrize(
    ("comment", "verdict"),
    [
        ("(p=none)", "unknown"),
        ("(P=None dis=none)", "unknown"),
        ("(p=none sp=reject)", "fail"),
        ("(p=none sp=nonesuch)", "fail"),
        ("(p=nonesuch)", "fail"),
        ("(sp=none)", "fail"),
        ("(x p=none)", "fail"),
        ("((p=none))", "fail"),
        ("(p=none", "fail"),
        ('"(p=none)"', "fail"),
    ],
)
def test_what_a_comment_may_say(comment: str, verdict: str) -> None:
    """That its domain asks for nothing makes a mail neither proven nor disowned, and no more."""
    value = f"mx.acme.example; dmarc=fail header.from=customer.example {comment}"
    trusted = frozenset({"mx.acme.example"})
    assert authenticate("customer.example", ((0, value),), trusted).verdict == verdict
    assert authenticate("customer.example", ((0, value.replace("fail", "none")),), trusted).verdict == "unknown"


@pytest.mark.parametrize(
    ("server", "verdict"),
    [
        ("mx1.provider.example;", "pass"),
        ("phl-mx-01.in.provider.example 1;", "pass"),
        ("provider.example;", "unknown"),
        ("evilprovider.example;", "unknown"),
        ("mx.provider.example.evil.example;", "unknown"),
        ("evil.example x.provider.example;", "unknown"),
        ("*.provider.example;", "unknown"),
        ("", "unknown"),
        ("(unnamed);", "unknown"),
    ],
)
def test_servers_of_one_provider(server: str, verdict: str) -> None:
    fields = ((0, f"{server} dmarc=pass header.from=customer.example"),)
    assert authenticate("customer.example", fields, frozenset({"*.provider.example"})).verdict == verdict


@pytest.mark.parametrize("server", ["mx.acme.example;", "(unnamed);", '"(unnamed)";', "(unnamed) ;", ";"])
def test_who_writes_a_name_is_not_unnamed(server: str) -> None:
    fields = ((0, f"{server} dmarc=pass header.from=customer.example"),)
    assert authenticate("customer.example", fields, frozenset({UNNAMED})).verdict == "unknown"


def test_an_unnamed_server_is_trusted_by_its_word_alone() -> None:
    assert is_trusted(UNNAMED, [UNNAMED]) and not is_trusted(UNNAMED, ["*.provider.example", ""])


@pytest.mark.parametrize("name", ["Authentication-Results", "AUTHENTICATION-results"])
@pytest.mark.parametrize("apart", [" ", "\t", "  "])
def test_a_name_apart_from_its_colon_is_not_a_servers(name: str, apart: str) -> None:
    """A border that takes out strangers' results looks for the name with its colon (RFC 5322 4.5 lets both be)."""
    value = "mx.acme.example; dmarc=pass header.from=customer.example"
    raw = f"{name}: {value}\r\n{name}{apart}: {value}\r\nFrom: kari@customer.example\r\n\r\nHello\r\n".encode()
    assert len(parse_mail(raw, OURS).authentication_results) == 1
