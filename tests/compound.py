"""Writes OLE compound files (MS-CFB) and the mails that Outlook keeps in them (MS-OXMSG), for tests that read them."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Tree: TypeAlias = Mapping[str, "bytes | Tree"]

END, FREE, TABLE, NOBODY = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
MINI, CUTOFF = 64, 4096

BODY, SUBJECT, HEADER, HTML, RTF = 0x1000, 0x0037, 0x007D, 0x1013, 0x1009
SENT, DELIVERED, CODE_PAGE, INTERNET_CODE_PAGE = 0x0039, 0x0E06, 0x3FFD, 0x3FDE


@dataclass
class Entry:
    """A storage or a stream, and its place in the tree of its neighbours."""

    name: str
    kind: int
    data: bytes = b""
    child: int = NOBODY
    left: int = NOBODY
    right: int = NOBODY
    start: int = END


@dataclass
class _Sectors:
    """Sectors of one size and the table of what follows each."""

    size: int
    data: bytearray = field(default_factory=bytearray)
    table: list[int] = field(default_factory=list)

    def add(self, data: bytes) -> int:
        """Where the chain with the data begins."""
        if not data:
            return END
        count = -(-len(data) // self.size)
        first = len(self.table)
        self.table += [*range(first + 1, first + count), END]
        self.data += data.ljust(count * self.size, b"\0")
        return first


def write_compound(tree: Tree, sector: int = 512) -> bytes:
    """The file with these storages and streams; at most 109 sectors of table."""
    entries = [Entry("Root Entry", ROOT)]
    entries[0].child = _grow(tree, entries)
    sectors, mini = _Sectors(sector), _Sectors(MINI)
    for one in entries[1:]:
        one.start = (mini if len(one.data) < CUTOFF else sectors).add(one.data)
    entries[0].data, entries[0].start = bytes(mini.data), sectors.add(bytes(mini.data))
    table = struct.pack(f"<{len(mini.table)}I", *mini.table)
    mini_table = sectors.add(table + b"\xff" * (-len(table) % sector))
    directory = sectors.add(b"".join(_packed(one) for one in entries))
    return _with_tables(sectors, directory, mini_table, -(-len(table) // sector))


def _grow(tree: Tree, entries: list[Entry]) -> int:
    """Adds the entries of a storage; returns the top of their tree."""
    numbers = []
    for name, inside in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
        numbers.append(len(entries))
        entries.append(Entry(name, STREAM, inside) if isinstance(inside, bytes) else Entry(name, STORAGE))
        if not isinstance(inside, bytes):
            entries[numbers[-1]].child = _grow(inside, entries)
    return balance(numbers, entries)


def balance(numbers: Sequence[int], entries: list[Entry]) -> int:
    """Makes a tree of the entries with these numbers; returns its top."""
    if not numbers:
        return NOBODY
    middle = len(numbers) // 2
    entries[numbers[middle]].left = balance(numbers[:middle], entries)
    entries[numbers[middle]].right = balance(numbers[middle + 1 :], entries)
    return numbers[middle]


def _packed(one: Entry) -> bytes:
    name = one.name.encode("utf-16-le")
    head = struct.pack("<64sHBBIII", name, len(name) + 2, one.kind, 1, one.left, one.right, one.child)
    return head + struct.pack("<16sIQQIQ", b"", 0, 0, 0, one.start, len(one.data))


def _with_tables(sectors: _Sectors, directory: int, mini_table: int, mini_tables: int) -> bytes:
    entries = sectors.size // 4
    tables = 1
    while tables * entries < len(sectors.table) + tables:
        tables += 1
    first = len(sectors.table)
    table = sectors.table + [TABLE] * tables
    table += [FREE] * (tables * entries - len(table))
    version, shift = (3, 9) if sectors.size == 512 else (4, 12)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 62, version, 0xFFFE, shift, 6)
    head += struct.pack("<IIII", 0, tables, directory, 0)
    head += struct.pack("<IIIII", CUTOFF, mini_table if mini_tables else END, mini_tables, END, 0)
    head += struct.pack("<109I", *range(first, first + tables), *[FREE] * (109 - tables))
    return head.ljust(sectors.size, b"\0") + bytes(sectors.data) + struct.pack(f"<{len(table)}I", *table)


def text(number: int, value: str) -> dict[str, bytes]:
    return {f"__substg1.0_{number:04X}001F": value.encode("utf-16-le")}


def old_text(number: int, value: bytes) -> dict[str, bytes]:
    return {f"__substg1.0_{number:04X}001E": value}


def binary(number: int, value: bytes) -> dict[str, bytes]:
    return {f"__substg1.0_{number:04X}0102": value}


def numbers(values: Mapping[int, int], head: int = 32) -> dict[str, bytes]:
    """The stream of the properties that have a fixed size."""
    entries = (struct.pack("<HHIQ", 3, number, 6, value) for number, value in values.items())
    return {"__properties_version1.0": bytes(head) + b"".join(entries)}


def file(name: str, data: bytes, content_type: str = "", content_id: str = "", flags: int = 0) -> Tree:
    found = text(0x3707, name) | binary(0x3701, data) | numbers({0x3714: flags}, 8)
    found |= text(0x370E, content_type) if content_type else {}
    return found | (text(0x3712, content_id) if content_id else {})


def recipient(name: str, address: str, role: int = 1) -> Tree:
    return text(0x3001, name) | text(0x39FE, address) | numbers({0x0C15: role}, 8)


def sender(name: str, address: str) -> dict[str, bytes]:
    return text(0x0042, name) | text(0x5D02, address)


def msg(
    *properties: Mapping[str, bytes],
    files: Sequence[Tree] = (),
    recipients: Sequence[Tree] = (),
    fixed: Mapping[int, int] | None = None,
    sector: int = 512,
) -> bytes:
    """A mail with these properties as Outlook saves it."""
    tree: dict[str, bytes | Tree] = dict(numbers(fixed or {}))
    for one in properties:
        tree |= one
    tree |= {f"__attach_version1.0_#{number:08X}": one for number, one in enumerate(files)}
    tree |= {f"__recip_version1.0_#{number:08X}": one for number, one in enumerate(recipients)}
    return write_compound(tree, sector)


def ticks(seconds: int) -> int:
    """A time, in seconds since 1970, as Windows counts it."""
    return (seconds + 11_644_473_600) * 10_000_000
