"""What is right alone and wrong together: the same address or name twice, mail of ours to ourselves.

It looks at the tables as they were read, not at the models, so that these problems show beside all others.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from maildesk.config.lines import KeyPath, dotted

#: The key of a setting, and why it cannot be so.
Conflict = tuple[KeyPath, str]


def conflicts_in(tables: Mapping[str, Any]) -> Iterator[Conflict]:
    """The key of each setting that another one forbids, and why. What has the wrong type is left to the models."""
    own = [*_texts(tables, "desk", "address"), *_texts(tables, "queue", "address")]
    people = [*_texts(tables, "agent", "email"), *_texts(tables, "agent", "aliases")]
    yield from _twice(own, "is the address of {} already")
    yield from _twice(people, "is an address of {} already")
    yield from _twice(list(_texts(tables, "queue", "name")), "is the name of {} already")
    yield from _twice(_mailbox_names(tables), "is the name of {} already; give each [[imap]] a name of its own")
    yield from _twice(list(_texts(tables, "organisation", "name")), "is the name of {} already")
    yield from _twice(list(_texts(tables, "organisation", "domains")), "is a domain of {} already")
    yield from _unknown(tables, "queue")
    yield from _unknown(tables, "organisation")
    taken = {text.lower(): path for path, text in own}
    for path, text in people:
        if text.lower() in taken:
            yield path, f"is the desk's own address ({dotted(taken[text.lower()])}); an agent needs another"
    for path, text in _texts(tables, "desk", "operator"):
        if text.lower() in taken:
            yield (
                path,
                f"is the desk's own address ({dotted(taken[text.lower()])}); its trouble would be mailed to itself",
            )


def _twice(texts: list[tuple[KeyPath, str]], message: str) -> Iterator[Conflict]:
    first: dict[str, KeyPath] = {}
    for path, text in texts:
        if text.lower() in first:
            yield path, message.format(dotted(first[text.lower()]))
        first.setdefault(text.lower(), path)


def _unknown(tables: Mapping[str, Any], kind: str) -> Iterator[Conflict]:
    """The names in rules of a queue or an organisation that is not there."""
    names = {text.lower(): text for _, text in _texts(tables, kind, "name")}
    for path, text in (*_texts(tables, "rule", kind), *_said(tables, kind), *_of_policies(tables, kind)):
        if text.lower() not in names:
            near = next(iter(get_close_matches(text.lower(), sorted(names), 1)), "")
            yield path, f'names no [[{kind}]]: "{text}"' + (f'; did you mean "{names[near]}"?' if near else "")


def _of_policies(tables: Mapping[str, Any], kind: str) -> Iterator[tuple[KeyPath, str]]:
    """An organisation with a dot may as well be a domain."""
    named = _texts(tables, "policy", kind)
    return ((path, text) for path, text in named if kind != "organisation" or "." not in text)


def _said(tables: Mapping[str, Any], key: str) -> Iterator[tuple[KeyPath, str]]:
    """The same key in what each rule says."""
    rules = tables.get("rule")
    for number, rule in enumerate(rules if isinstance(rules, list) else ()):
        for path, text in _texts(rule, "set", key) if isinstance(rule, dict) else ():
            yield ("rule", number, *path), text


def _mailbox_names(tables: Mapping[str, Any]) -> list[tuple[KeyPath, str]]:
    """A mailbox without a name is called by its user."""
    named = {path[1]: (path, text) for path, text in _texts(tables, "imap", "name")}
    users = {path[1]: (path, text) for path, text in _texts(tables, "imap", "user")}
    return [named.get(number) or users[number] for number in sorted({*named, *users}, key=str)]


def _texts(tables: Mapping[str, Any], table: str, key: str) -> Iterator[tuple[KeyPath, str]]:
    """Every text under `key`, in one table or in each of a list, alone or in a list of its own; none that is empty."""
    entries = tables.get(table)
    listed = enumerate(entries) if isinstance(entries, list) else [(None, entries)]
    for number, entry in listed:
        value = entry.get(key) if isinstance(entry, dict) else None
        above: KeyPath = (table, key) if number is None else (table, number, key)
        if isinstance(value, list):
            yield from (((*above, at), text.strip()) for at, text in enumerate(value) if isinstance(text, str))
        elif isinstance(value, str) and value.strip():
            yield above, value.strip()
