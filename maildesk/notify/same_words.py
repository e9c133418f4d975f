"""Do two forms of a mail, its text and its HTML, say the same? Pure; it never says which of them is right.

Programs write the text beside their HTML with decorations of their own: stars round what is bold, addresses behind
links, names of pictures in brackets. What is compared are letters and digits, in their order.
"""

import re
import unicodedata
from typing import Final

#: What Gmail, Outlook and Apple Mail put into a text where its HTML has a picture, and all of them behind a link.
_DECORATION: Final = re.compile(
    r"\[(?:image|cid|inline image|bilde|이미지)\s?[:：][^\[\]\n]{0,200}\]"
    r"|<(?:https?://|mailto:|tel:|cid:)[^<>\s]{1,2000}>"
    r"|<[^<>\n/\\]{1,120}\.(?:png|jpe?g|gif|webp|heic|bmp|tiff?)>",
    re.I,
)


def essence(text: str) -> str:
    """The letters and digits alone; where there are none, all signs that are no white space."""
    bare = unicodedata.normalize("NFKC", _DECORATION.sub(" ", text))
    return "".join(filter(str.isalnum, bare)) or "".join(bare.split())
