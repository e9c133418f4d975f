"""Languages of which only a few words are known here: Bengali, Filipino, Swahili, Tamil, Urdu and Uzbek."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=(
        "লিখেছেন",
        "aliandika",
        "எழுதினார்",
        "نے لکھا",
        "yozdi",
    ),
    out_of_office=(
        "স্বয়ংক্রিয় উত্তর",
        "awtomatikong tugon",
        "jibu la kiotomatiki",
        "தானியங்கு பதில்",
        "தானியங்கி பதில்",
        "خودکار جواب",
        "avtomatik javob",
    ),
)
