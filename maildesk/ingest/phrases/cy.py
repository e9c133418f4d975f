"""Welsh."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=("ysgrifennodd",),
    begins=("ar ",),
    sender=(
        "oddi wrth",
        "anfonwr",
    ),
    to=("derbyniwr",),
    cc=("copi",),
    subject=(
        "pwnc",
        "testun",
    ),
    date=(
        "anfonwyd",
        "dyddiad",
    ),
    separators=("neges wreiddiol",),
    forwarded=(
        "neges yrrwyd ymlaen",
        "neges wedi ei hanfon ymlaen",
    ),
    devices=("anfonwyd o fy",),
    programs=("anfonwyd o ",),
    out_of_office=(
        "ateb awtomatig",
        "allan o'r swyddfa",
    ),
    on_leave=("ar wyliau",),
    absent=(
        "ar wyliau tan",
        "allan o'r swyddfa",
    ),
    absent_signs=("materion brys",),
)
