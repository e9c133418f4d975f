"""Which pictures of a mail stand in its signature, by the marks that mail clients put around theirs, or by what an
author's own words leave out."""

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


def folded_pictures(html: str, fresh: str) -> frozenset[str]:
    """The Content-IDs of pictures that stand in what was folded alone: a signature, the mail that is answered.

    `fresh` is what its author wrote now (ingest/html/fresh.py); "" where nobody can tell.
    """
    html = html[:LARGEST]
    if not fresh or "cid:" not in html.lower() or depth_of(html, _DEEPEST) > _DEEPEST:
        return frozenset()
    everywhere, kept = (LexborHTMLParser(one).css(_PICTURES) for one in (html, fresh))
    left = {_content_id(node.attributes.get("src")) for node in kept}
    return frozenset({_content_id(node.attributes.get("src")) for node in everywhere} - left)


def _content_id(source: str | None) -> str:
    return (source or "")[4:].strip("<> ")
