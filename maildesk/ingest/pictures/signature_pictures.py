"""Which pictures of a mail stand in its signature, by the marks that mail clients put around theirs, or by what an
author's own words leave out."""

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from maildesk.ingest.html.nesting import depth_of
from maildesk.ingest.html.to_text import LARGEST, html_to_text
from maildesk.ingest.text import above_older_mail

#: Gmail, Thunderbird, Outlook, Yahoo and others all have the word in the name of the element.
_SIGNATURES: Final = '[id*="signature" i], [class*="signature" i]'
_PICTURES: Final = 'img[src^="cid:" i]'
_DEEPEST: Final = 500
#: Of no letter, so that no text has it.
_EDGE: Final = "\ue000"
_NUMBER: Final = re.compile(f"{_EDGE}([0-9]{{1,6}}){_EDGE}", re.ASCII)


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


def pictures_above(html: str) -> frozenset[str]:
    """The Content-IDs of pictures that stand above older mail: those of the author's own, in his signature or below it,
    where people put a screenshot as well."""
    tree = LexborHTMLParser(html[:LARGEST])
    shown: list[str] = []
    for node in tree.css(_PICTURES):
        node.attrs["alt"] = f"{_EDGE}{len(shown)}{_EDGE}"
        shown.append(_content_id(node.attributes.get("src")))
    above = above_older_mail(html_to_text(tree.html or ""))
    return frozenset(shown[int(number)] for number in _NUMBER.findall(above) if int(number) < len(shown))


def _content_id(source: str | None) -> str:
    return (source or "")[4:].strip("<> ")
