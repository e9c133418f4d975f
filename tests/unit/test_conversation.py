from base64 import b64decode
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from maildesk.conversation import own_conversation, thread_index
from maildesk.desk.clues import conversation_of

OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)
OURS = own_conversation(1042, OPENED, outside=True)


def test_it_begins_as_outlook_writes_it() -> None:
    index = b64decode(thread_index(OURS, OPENED, "a@acme.example"))
    assert len(index) == 27 and index[0] == 1
    filetime = int.from_bytes(index[:6], "big") << 16
    assert abs(datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=filetime / 10) - OPENED) < timedelta(seconds=1)


@given(st.timedeltas(timedelta(days=-1), timedelta(days=4000)), st.text("abc@.", min_size=1))
def test_every_letter_says_the_same_conversation_and_our_ladder_reads_it(later: timedelta, name: str) -> None:
    index = thread_index(OURS, OPENED + later, name)
    assert conversation_of(index) == OURS and index == thread_index(OURS, OPENED + later, name)


def test_tickets_and_sides_are_parted() -> None:
    others = (own_conversation(1043, OPENED, outside=True), own_conversation(1042, OPENED, outside=False))
    assert len({OURS, *others, own_conversation(1042, OPENED + timedelta(seconds=1), outside=True)}) == 4


def test_blocks_tell_the_time_since_the_beginning() -> None:
    def block(later: timedelta) -> int:
        return int.from_bytes(b64decode(thread_index(OURS, OPENED + later, "x"))[22:26], "big")

    assert abs(block(timedelta(hours=1)) * 2**18 / 1e7 - 3600) < 1
    # Where 31 bits are too few for it, in coarser units.
    assert block(timedelta(days=3000)) >> 31 == 1
    assert abs((block(timedelta(days=3000)) & 0x7FFFFFFF) * 2**23 / 1e7 / 86_400 - 3000) < 0.01
