"""What the Authentication-Results of our own mail server prove about From; what is in doubt is unknown (RFC 8601)."""

import pytest

from maildesk.desk.speaker.authentication import Authentication, Verdict, agreed, authenticate, authenticate_ourselves

TRUSTED = frozenset({"mx.acme.example"})
OWN = "mx.acme.example; "


def verdict_of(value: str, domain: str = "customer.example") -> Verdict:
    return authenticate(domain, ((0, value),), TRUSTED).verdict


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        # DMARC decides, for the domain of From only.
        ("dmarc=pass header.from=customer.example", "pass"),
        ("dmarc=pass (p=reject dis=none) header.from=customer.example", "pass"),
        ("DMARC=PASS header.From=Customer.Example", "pass"),
        ('dmarc=pass header.from="customer.example"', "pass"),
        ("dmarc/1 = pass header.from = customer.example", "pass"),
        ("spf=fail smtp.mailfrom=x.example; dmarc=pass header.from=customer.example", "pass"),
        ("dmarc=pass header.from=evil.example", "unknown"),
        ("dmarc=pass header.from=mail.customer.example", "unknown"),
        ("dmarc=pass", "unknown"),
        ("dmarc=passed header.from=customer.example", "unknown"),
        ("dmarc=none header.from=customer.example", "unknown"),
        ("dmarc=temperror header.from=customer.example", "unknown"),
        ("dmarc=fail header.from=customer.example", "fail"),
        ("dkim=pass header.d=customer.example; dmarc=fail header.from=customer.example", "fail"),
        # A domain whose policy is "none" asks for nothing; in a comment anybody may stand for it.
        ("dmarc=fail policy.dmarc=none header.from=customer.example", "unknown"),
        ("dmarc=fail action=none header.from=customer.example", "unknown"),
        ("dmarc=fail policy.dmarc=reject header.from=customer.example", "fail"),
        ("dmarc=fail (policy.dmarc=none) header.from=customer.example", "fail"),
        ("dmarc=fail x.policy.dmarc=none header.from=customer.example", "fail"),
        ("dmarc=fail policy.dmarc=nonesuch header.from=customer.example", "fail"),
        ("dmarc=pass header.from=customer.example; dmarc=pass header.from=customer.example", "unknown"),
        ("dmarc=pass header.from=customer.example; dmarc=fail header.from=customer.example", "unknown"),
        # Without DMARC, a signature of the domain itself or of its parent.
        ("dkim=pass header.d=customer.example", "pass"),
        ("dkim=pass header.i=@customer.example", "pass"),
        ("dkim=pass header.i=kari@customer.example header.s=s1", "pass"),
        ("dkim=fail header.d=customer.example", "unknown"),
        ("dkim=pass header.d=evil.example", "unknown"),
        ("dkim=pass header.d=notcustomer.example", "unknown"),
        ("dkim=pass header.d=example", "unknown"),
        ("dkim=pass header.d=evil.example; dkim=pass header.d=customer.example", "pass"),
        ("dkim=pass header.d=customer.example; dmarc=none header.from=customer.example", "pass"),
        # Only d and i are the signer; what else stands in a result proves nothing.
        ("dkim=pass header.d=evil.example header.from=customer.example", "unknown"),
        ("dkim=pass header.s=header.d=customer.example header.d=evil.example", "unknown"),
        ("dkim=pass header.i=header.d=customer.example@evil.example", "unknown"),
        ("dmarc=pass policy.header.from=customer.example", "unknown"),
        # SPF speaks of the envelope, never of From.
        ("spf=pass smtp.mailfrom=customer.example", "unknown"),
        ("none", "unknown"),
        ("", "unknown"),
        # Comments and quoted strings may hold anything; they say nothing.
        ("spf=pass (x; dmarc=pass header.from=customer.example)", "unknown"),
        ("spf=pass (a (b); dmarc=pass header.from=customer.example) smtp.helo=x", "unknown"),
        (r"spf=pass (a \) ; dmarc=pass header.from=customer.example) smtp.helo=x", "unknown"),
        ("spf=pass (never closed; dmarc=pass header.from=customer.example", "unknown"),
        ('spf=pass smtp.mailfrom="x; dmarc=pass header.from=customer.example "@evil.example', "unknown"),
        (r'spf=pass smtp.mailfrom="x\"; dmarc=pass header.from=customer.example "@evil.example', "unknown"),
        ('dkim=pass header.i="x header.d=customer.example y"@evil.example', "unknown"),
        ('spf=pass reason="(" ; dmarc=pass header.from=customer.example', "pass"),
        ("spf=pass; (dkim=pass) dmarc=pass header.from=customer.example", "pass"),
    ],
)
def test_results(results: str, verdict: str) -> None:
    assert verdict_of(OWN + results) == verdict


@pytest.mark.parametrize(
    ("domain", "signer", "verdict"),
    [
        ("mail.customer.example", "customer.example", "pass"),
        ("customer.example", "mail.customer.example", "unknown"),
        ("mail.customer.example", "example", "unknown"),
        ("evilcustomer.example", "customer.example", "unknown"),
    ],
)
def test_alignment_is_relaxed_upwards_only(domain: str, signer: str, verdict: str) -> None:
    assert verdict_of(f"{OWN}dkim=pass header.d={signer}", domain) == verdict


@pytest.mark.parametrize(
    ("server", "verdict"),
    [
        ("mx.acme.example", "pass"),
        ("MX.Acme.Example", "pass"),
        ("mx.acme.example 1", "pass"),
        (" mx.acme.example (the edge) ", "pass"),
        ("mx.acme.example 2", "unknown"),
        ("mx.acme.example 1 1", "unknown"),
        ("mx.acme.example.evil.example", "unknown"),
        ("evil.example", "unknown"),
        ("evil.example mx.acme.example", "unknown"),
        ("(mx.acme.example)", "unknown"),
        ("", "unknown"),
    ],
)
def test_only_a_trusted_server_is_believed(server: str, verdict: str) -> None:
    assert verdict_of(f"{server}; dmarc=pass header.from=customer.example") == verdict


PASS = OWN + "dmarc=pass header.from=customer.example"


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        pytest.param((), "unknown", id="no field"),
        pytest.param(((0, PASS),), "pass", id="on top"),
        pytest.param(((1, PASS),), "unknown", id="below a Received field, where a sender can write"),
        pytest.param(((0, "evil.example; none"), (0, PASS)), "unknown", id="not the topmost"),
        pytest.param(((0, PASS), (2, OWN + "dmarc=fail")), "pass", id="what stands further down is not read"),
    ],
)
def test_place_of_the_field(fields: tuple[tuple[int, str], ...], verdict: str) -> None:
    assert authenticate("customer.example", fields, TRUSTED).verdict == verdict


@pytest.mark.parametrize(
    ("above", "learned", "verdict"),
    [(0, 0, "pass"), (1, 0, "unknown"), (0, 1, "pass"), (1, 1, "pass"), (2, 1, "unknown"), (2, 2, "pass")],
)
def test_as_many_received_fields_above_as_our_servers_write(above: int, learned: int, verdict: str) -> None:
    assert authenticate("customer.example", ((above, PASS),), TRUSTED, learned).verdict == verdict


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ("", "unknown"),
        ("maildesk; dkim=pass header.d=customer.example", "pass"),
        ("maildesk; dkim=policy (older than 7 days) header.d=customer.example", "unknown"),
        ("maildesk; spf=pass smtp.mailfrom=customer.example; dmarc=temperror header.from=customer.example", "unknown"),
        ("maildesk; spf=fail smtp.mailfrom=x.example; dmarc=fail header.from=customer.example", "fail"),
        ("maildesk; dmarc=pass header.from=evil.example", "unknown"),
    ],
)
def test_what_was_found_here(found: str, verdict: str) -> None:
    assert authenticate_ourselves("customer.example", found).verdict == verdict


#: the border, ours -> both together
AGREED = """
pass    pass    pass
pass    unknown pass
pass    fail    fail
unknown pass    pass
unknown unknown unknown
unknown fail    fail
fail    pass    fail
fail    unknown fail
fail    fail    fail
"""


@pytest.mark.parametrize("row", AGREED.strip().splitlines())
def test_two_opinions(row: str) -> None:
    border, ours, both = (Authentication(Verdict(word), word) for word in row.split())
    assert agreed(border, ours).verdict is both.verdict


def test_without_a_trusted_server_nothing_is_known() -> None:
    assert authenticate("customer.example", ((0, PASS),), frozenset()).verdict is Verdict.UNKNOWN


def test_every_verdict_has_a_reason() -> None:
    for value in (PASS, OWN + "dmarc=fail", OWN, "evil.example", OWN + "dkim=pass header.d=customer.example"):
        assert authenticate("customer.example", ((0, value),), TRUSTED).reason


def test_a_long_field_of_brackets_is_read_in_linear_time() -> None:
    assert verdict_of(OWN + "(" * 500_000 + '"\\' * 100_000) is Verdict.UNKNOWN
