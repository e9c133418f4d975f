"""Signed addresses: whoever has our letter holds one, and nobody else can make one."""

import random
import string
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.tokens import (
    Tag,
    TagKind,
    base_address,
    derived_id,
    holds_tag,
    is_genuine,
    read_tag,
    return_address,
    tagged_address,
    without_tags,
)

KEY, OLD_KEY, FOREIGN_KEY = b"k" * 32, b"o" * 32, b"f" * 32
DESK = "support@acme.example"
OWN = frozenset({DESK, "network@acme.example"})
NUMBERS = st.integers(min_value=1, max_value=999_999_999)


def tagged(kind: TagKind = TagKind.REPLY, score: int = 0, separator: str = "+") -> str:
    return tagged_address(DESK, separator, KEY, kind, 42, 7, 0, score)


def genuine(address: str, secrets: Sequence[bytes] = (KEY,), domain: str = "acme.example", epoch: int = 0) -> bool:
    tag = read_tag(address, OWN, "+")
    return tag is not None and is_genuine(tag, secrets, domain, epoch)


@pytest.mark.parametrize(
    ("kind", "score", "beginning"),
    [
        (TagKind.REPLY, 0, "support+t42-p7-"),
        (TagKind.NOTE, 0, "support+n42-p7-"),
        (TagKind.RATE, 1, "support+r42-p7-1-"),
        (TagKind.RATE, 5, "support+r42-p7-5-"),
    ],
)
def test_form(kind: TagKind, score: int, beginning: str) -> None:
    address = tagged(kind, score)
    local, _, domain = address.partition("@")
    assert local.startswith(beginning)
    assert len(local) - len(beginning) == 16
    assert domain == "acme.example"


@pytest.mark.parametrize(
    "tag",
    ["t42-p7-5", "r42-p7", "r42-p7-0", "r42-p7-6", "x42-p7", "t-p7", "t42-p", "t1234567890-p7", "t٤-p7"],
)
def test_another_form_is_no_tag_at_all(tag: str) -> None:
    assert read_tag(f"support+{tag}-aaaaaaaaaaaaaaaa@acme.example", OWN, "+") is None


def test_without_subaddresses_the_address_stays_as_it_is() -> None:
    assert tagged(separator="none") == DESK
    assert read_tag(tagged(), OWN, "none") is None


@given(
    kind=st.sampled_from(TagKind),
    ticket=NUMBERS,
    person=NUMBERS,
    epoch=st.integers(0, 1000),
    score=st.integers(1, 5),
    separator=st.sampled_from("+-"),
    capitals=st.lists(st.booleans(), min_size=1, max_size=70),
)
def test_a_tag_survives_any_case_of_letters(
    kind: TagKind, ticket: int, person: int, epoch: int, score: int, separator: str, capitals: list[bool]
) -> None:
    score = score if kind is TagKind.RATE else 0
    address = tagged_address(DESK, separator, KEY, kind, ticket, person, epoch, score)
    changed = "".join(one.upper() if capitals[at % len(capitals)] else one for at, one in enumerate(address))
    tag = read_tag(changed, OWN, separator)
    assert tag is not None
    assert (tag.kind, tag.ticket, tag.person, tag.score) == (kind, ticket, person, score)
    assert is_genuine(tag, (KEY,), "ACME.example", epoch)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("t42-", "t43-", id="another ticket"),
        pytest.param("-p7-", "-p8-", id="another person"),
        pytest.param("+t42", "+n42", id="another kind"),
        pytest.param("+t42", "+r42", id="a rating without a score"),
        pytest.param("-p7-", "-p7-5-", id="a score where none belongs"),
        pytest.param("+t", "+x", id="a kind that is none"),
        pytest.param("+t42-p7-", "+", id="the signature alone"),
        pytest.param("acme.example", "acme.example.evil.example", id="not our address"),
    ],
)
def test_an_altered_reply_tag_is_worth_nothing(old: str, new: str) -> None:
    address = tagged()
    assert genuine(address)
    assert old in address
    assert not genuine(address.replace(old, new, 1))


def test_an_altered_score_is_worth_nothing() -> None:
    address = tagged(TagKind.RATE, 1)
    assert genuine(address)
    assert not any(genuine(address.replace("-p7-1-", f"-p7-{score}-")) for score in (0, 2, 3, 4, 5, 6))


def test_every_letter_of_the_signature_counts() -> None:
    local, _, domain = tagged().partition("@")
    for at in range(len(local) - 16, len(local)):
        other = "a" if local[at] != "a" else "b"
        assert not genuine(f"{local[:at]}{other}{local[at + 1 :]}@{domain}")
        # Shorter is no older form that is still accepted (threats T5).
        assert not genuine(f"{local[:at]}@{domain}")


def test_epoch_domain_and_key_count() -> None:
    address = tagged()
    assert not genuine(address, epoch=1)
    assert not genuine(address, domain="other.example")
    assert not genuine(address, secrets=(FOREIGN_KEY,))
    assert not genuine(address, secrets=())


def test_a_tag_of_the_previous_key_is_genuine() -> None:
    assert genuine(tagged(), secrets=(FOREIGN_KEY, KEY))
    assert genuine(tagged(), secrets=(KEY, OLD_KEY))


def test_of_a_hundred_thousand_random_tags_none_is_accepted() -> None:
    chance = random.Random(20260302)
    letters = string.ascii_lowercase + "234567"
    for _ in range(100_000):
        signature = "".join(chance.choices(letters, k=16))
        tag = Tag(chance.choice((TagKind.REPLY, TagKind.NOTE)), 42, 7, 0, signature)
        assert not is_genuine(tag, (KEY,), "acme.example", 0)


@pytest.mark.parametrize(
    ("recipient", "separator", "base"),
    [
        ("support@acme.example", "+", DESK),
        (" Support@ACME.example ", "+", DESK),
        ("support+anything@acme.example", "+", DESK),
        ("support-anything@acme.example", "-", DESK),
        ("support-anything@acme.example", "+", None),
        ("support+anything@acme.example", "none", None),
        ("supportnone@acme.example", "none", None),
        ("supporter@acme.example", "+", None),
        ("support@other.example", "+", None),
        ("support", "+", None),
        ("", "+", None),
        ("network+x@acme.example", "+", "network@acme.example"),
    ],
)
def test_base_address(recipient: str, separator: str, base: str | None) -> None:
    assert base_address(recipient, OWN, separator) == base


@pytest.mark.parametrize("own", [[DESK, "support-nb@acme.example"], ["support-nb@acme.example", DESK]])
def test_the_longer_of_two_own_addresses_wins(own: list[str]) -> None:
    assert base_address("support-nb@acme.example", own, "-") == "support-nb@acme.example"
    assert base_address("support-nb-x@acme.example", own, "-") == "support-nb@acme.example"
    assert base_address("support-n@acme.example", own, "-") == DESK
    address = tagged_address("support-nb@acme.example", "-", KEY, TagKind.REPLY, 42, 7, 0)
    assert read_tag(address, own, "-") is not None


def test_a_message_id_is_the_same_for_each_retry_and_differs_otherwise() -> None:
    first = derived_id(KEY, 42, "received:event1:p7", "acme.example")
    assert first == derived_id(KEY, 42, "received:event1:p7", "acme.example")
    assert first.startswith("md.42.") and first.endswith("@acme.example")
    assert len(first) == len("md.42.") + 24 + len("@acme.example")
    others = {
        derived_id(KEY, 42, "received:event2:p7", "acme.example"),
        derived_id(OLD_KEY, 42, "received:event1:p7", "acme.example"),
    }
    assert len({first, *others}) == 3
    assert derived_id(KEY, None, "held:1", "acme.example").startswith("md.0.")


@pytest.mark.parametrize("separator", ["+", "-"])
@pytest.mark.parametrize(
    "write",
    [
        str,
        str.upper,
        "<{}>".format,
        lambda one: one.replace("+", "%2B").replace("@", "%40").replace(".", "%2E"),
        lambda one: one.replace("-", "%2d"),
        lambda one: one.replace("+", "=2B"),
        lambda one: one.replace("+", "&#43;").replace("-", "&#45;").replace("@", "&#64;"),
        lambda one: one.replace("+", "&#43").replace("-", "&#x2D;"),
        lambda one: one.replace("-", "-\n"),
        lambda one: one.replace("-p", "-\r\n> > p"),
    ],
)
def test_a_tag_leaves_no_text_however_it_is_spelled(separator: str, write: Callable[[str], str]) -> None:
    for kind, score in ((TagKind.REPLY, 0), (TagKind.NOTE, 0), (TagKind.RATE, 3)):
        address = tagged_address(DESK, separator, KEY, kind, 42, 7, 0, score)
        signature = address.partition("@")[0][-16:]
        left = without_tags(f"Write to {write(address)}, soon.", OWN, separator)
        assert signature not in left.lower() and left.startswith("Write to ") and left.endswith(", soon.")


@pytest.mark.parametrize(
    "text",
    [
        "support@acme.example",
        "t42-p7-tooshort",
        "x42-p7-aaaaaaaaaaaaaaaa",
        "the plan-p7-aaaaaaaaaaaaaaaa",
        "web2-internationalisation",
        "b2-internationalisation",
        "line-break-\nresponsibilities",
    ],
)
def test_what_is_no_tag_stays(text: str) -> None:
    assert without_tags(text, OWN, "+") == text and not holds_tag(text.encode())


@pytest.mark.parametrize("around", ["{}", "support+{}@acme.example", "SUPPORT%2B{}", "a\xe9{}\n", "_{}_"])
def test_a_tag_is_found_in_a_file(around: str) -> None:
    for kind, score in ((kind, 2 if kind is TagKind.RATE else 0) for kind in TagKind):
        tag = tagged(kind, score).partition("+")[2].partition("@")[0]
        assert holds_tag(around.format(tag).encode()) and holds_tag(around.format(tag.upper()).encode())
    assert holds_tag(return_address(DESK, "+", KEY, 17).encode())


@given(st.binary(max_size=300))
def test_looking_for_a_tag_never_fails(data: bytes) -> None:
    assert not holds_tag(data) and holds_tag(data + tagged().encode())
