"""Luxembourgish."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=(
        "schreift",
        "huet geschriwwen",
    ),
    sender=(
        "vun",
        "geschéckt vun",
    ),
    to=("un",),
    cc=("kopie",),
    subject=(
        "sujet",
        "betreff",
    ),
    date=(
        "geschéckt",
        "datum",
    ),
    separators=(
        "original-message",
        "original-noriicht",
    ),
    forwarded=(
        "virugeleet noriicht",
        "weidergeleet noriicht",
    ),
    devices=("vu mengem iphone geschéckt",),
    out_of_office=("automatesch äntwert",),
    on_leave=("am congé",),
    absent=(
        "ech sinn am congé",
        "net am büro",
    ),
    absent_signs=("an dréngenden fäll",),
    back=("bis",),
)
