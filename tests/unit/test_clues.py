"""What a mail says about its ticket, before anything of it is believed."""

from base64 import b64encode

import pytest

from maildesk.desk.clues import MOST_LINES, clues_of, conversation_of
from maildesk.mail import Mail
from maildesk.tokens import claimed_root, derived_id, is_root, thread_root

BEGUN = bytes([1, *range(21)])
KEY, OLD, DOMAIN = b"k" * 32, b"o" * 32, "acme.example"


def encoded(data: bytes) -> str:
    return b64encode(data).decode()


@pytest.mark.parametrize(
    ("thread_index", "conversation"),
    [
        (encoded(BEGUN), BEGUN.hex()),
        (encoded(BEGUN + b"12345"), BEGUN.hex()),
        (encoded(BEGUN + b"12345" * 100), BEGUN.hex()),
        (encoded(BEGUN[:21]), ""),
        (encoded(BEGUN)[:29], ""),
        ("", ""),
        ("not base64 at all, but as long as it", ""),
        ("é" * 40, ""),
    ],
)
def test_conversation(thread_index: str, conversation: str) -> None:
    assert conversation_of(thread_index) == conversation


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Acme Support · #42", (42,)),
        ("> > Acme Support · #42 · #help lists all commands", (42,)),
        ("Vennlig hilsen Acme Support · #42", (42,)),
        ("Acme Support · #42\n\n> Acme Support · #43\n> Acme Support · #42", (42, 43)),
        ("Acme Support #42", ()),
        ("Other Support · #42", ()),
        ("Acme Support · #1234567890", ()),
        ("Acme Support · #٣", ()),
    ],
)
def test_the_foot_of_our_letters(text: str, lines: tuple[int, ...]) -> None:
    assert clues_of(Mail(text=text), (), frozenset(), "+", "Acme Support").lines == lines


def test_only_so_many_feet_are_looked_up() -> None:
    text = "\n".join(f"Acme Support · #{number}" for number in range(1, 100))
    assert clues_of(Mail(text=text), (), frozenset(), "+", "Acme Support").lines == tuple(range(1, MOST_LINES + 1))
    assert clues_of(Mail(text=text), (), frozenset(), "+").lines == ()


@pytest.mark.parametrize("outside", [True, False])
def test_the_first_reference_of_a_thread(outside: bool) -> None:
    root = thread_root(KEY, 42, DOMAIN, outside=outside)
    assert claimed_root(root) == 42
    assert is_root(root, 42, (KEY,), DOMAIN) and is_root(root, 42, (OLD, KEY), DOMAIN)
    assert not is_root(root, 43, (KEY,), DOMAIN)
    assert not is_root(root, 42, (OLD,), DOMAIN)
    assert not is_root(root, 42, (KEY,), "other.example")
    assert not is_root(root.replace("md.42.", "md.43."), 43, (KEY,), DOMAIN)
    assert root != thread_root(KEY, 42, DOMAIN, outside=not outside)
    # The id of a letter of the same ticket is no root.
    assert not is_root(derived_id(KEY, 42, "answer:event1:p7", DOMAIN), 42, (KEY,), DOMAIN)


@pytest.mark.parametrize("message_id", ["", "md.42.abc@acme.example", "md.0.0123456789abcdef01234567@x", "x@md.42.y"])
def test_what_names_no_thread(message_id: str) -> None:
    assert claimed_root(message_id) is None


def test_the_root_is_kept_of_a_long_list() -> None:
    ids = tuple(f"{number}@x.example" for number in range(100))
    found = clues_of(Mail(references=ids), (), frozenset(), "+").message_ids
    assert found[0] == ids[-1] and found[-1] == ids[0] and len(found) == 20
