"""Which pictures of a mail stand in its signature, by the marks that mail clients put around theirs."""

from typing import Final

from selectolax.lexbor import LexborHTMLParser

from maildesk.ingest.html.nesting import depth_of
from maildesk.ingest.html.to_text import LARGEST

#: Gmail, Thunderbird, Outlook, Yahoo and others all have the word in the name of the element.
_SIGNATURES: Final = '[id*="signature" i], [class*="signature" i]'
_PICTURES: Final = 'img[src^="cid:" i]'
_DEEPEST: Final = 500


def signature_pictures(html: str) -> frozenset[str]:
    """The Content-IDs of pictures that stand in signatures and nowhere else."""
    html = html[:LARGEST]
    lowered = html.lower()
    if "cid:" not in lowered or "signature" not in lowered or depth_of(html, _DEEPEST) > _DEEPEST:
        return frozenset()
    tree = LexborHTMLParser(html)
    everywhere = [_content_id(node.attributes.get("src")) for node in tree.css(_PICTURES)]
    inside: dict[int, str] = {}
    for signature in tree.css(_SIGNATURES):
        # One signature may stand in another.
        inside.update({node.mem_id: _content_id(node.attributes.get("src")) for node in signature.css(_PICTURES)})
    ornaments = list(inside.values())
    return frozenset(one for one in ornaments if everywhere.count(one) == ornaments.count(one))


def _content_id(source: str | None) -> str:
    return (source or "")[4:].strip("<> ")
