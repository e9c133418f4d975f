"""How deep may this HTML nest? An upper bound, counted in linear time before any parser sees the bytes.

Parsers look through all open elements for every new one, and open `<b>` and its like anew in every paragraph: deep HTML
costs them quadratic time and memory (threats 0 #5). So a closing tag counts only where every parser must obey it (HTML
13.2.6.4.7): sloppy HTML may be called deeper than it is, never much flatter.
"""

import re
from typing import Final

#: Never have elements inside, or are closed by the next of their kind, or are not always opened where they stand.
_FLAT: Final = frozenset(
    "area base basefont bgsound body br caption col colgroup embed frame head hr html image img input keygen link meta "
    "option param source tbody td tfoot th thead tr track wbr".split()
)
#: Opened anew behind the end of what they stood in, until they are closed themselves.
_LASTING: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())
#: No closing tag reaches out of these.
_WALLS: Final = frozenset("applet marquee object table".split())
#: Their end ends all that stands in them; the end of another, a span's, does nothing while one of these is open in it.
_BLOCKS: Final = _WALLS | frozenset(
    "address article aside blockquote button center details dialog dir div dl fieldset figcaption figure footer h1 h2 "
    "h3 h4 h5 h6 header hgroup listing main menu nav ol pre search section summary ul".split()
)
#: Ended by the next of their kind, or of the other one.
_ENDED: Final = {"a": ("a",), "p": ("p",), "li": ("li",), "dd": ("dd", "dt"), "dt": ("dd", "dt")}
#: Like a block, the end of a span does not reach out of them.
_ITEMS: Final = frozenset("dd dt li p".split())
#: What stands in them is no markup.
_RAW: Final = frozenset("iframe noembed noframes script style textarea title xmp".split())
#: Other rules begin in these: no closing tag counts where there is one.
_ODD: Final = re.compile(r"<(?:form|frameset|math|noscript|plaintext|ruby|select|svg|template)", re.I)
#: Elements opened anew or looked through, all together.
_MOST_WORK: Final = 500_000
_ANY_NAME: Final = re.compile(r"<([a-z][a-z0-9]*)", re.I)
_MARKUP: Final = re.compile(
    # A comment, or what is read as one.
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?:[!?]|/[^a-z])[^>]*"
    # A tag with its attributes; one that never ends is the last.
    r"|<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)"
    r"(?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)?+)*+(?:>|\Z)",
    re.I | re.S,
)


def depth_of(html: str, enough: int) -> int:
    """How deep elements stand in elements, at most; it stops counting above `enough`.

    HTML that makes its reader open the same elements over and over is called deeper than `enough` too.
    """
    signs = html.count("<")
    openings = signs - html.count("</")
    if openings <= enough and 2 * openings * signs <= _MOST_WORK:
        # They may stand inside one another and would still be few.
        return openings
    if _ODD.search(html):
        return sum(name.lower() not in _FLAT for name in _ANY_NAME.findall(html))
    counting = _Counting()
    at = 0
    while counting.deepest <= enough and (tag := _MARKUP.search(html, at)):
        at = tag.end()
        name = (tag["name"] or "").lower()
        if tag["end"]:
            counting.close(name)
        elif name in _RAW:
            at = _end_of_raw(html, at, name)
        elif name and name not in _FLAT:
            counting.open(name)
        if counting.spend() > _MOST_WORK:
            return enough + 1
    return counting.deepest


def _end_of_raw(html: str, at: int, name: str) -> int:
    end = re.compile(rf"</{name}[\s/>]", re.I).search(html, at)
    return end.start() if end else len(html)


class _Counting:
    """The elements that may be open now, outermost first, and what keeping them has cost."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.deepest = 0
        self._lasting = 0
        self._work = 0

    def spend(self) -> int:
        """Counts one more tag, at which every lasting element may be opened anew."""
        self._work += self._lasting
        return self._work

    def open(self, name: str) -> None:
        for ended in _ENDED.get(name, ()):
            self.close(ended)
        self.opened.append(name)
        self._lasting += name in _LASTING
        self.deepest = max(self.deepest, len(self.opened))

    def close(self, name: str) -> None:
        """Takes the element out, and what stands in it but for the lasting ones."""
        for place in range(len(self.opened) - 1, -1, -1):
            self._work += 1
            one = self.opened[place]
            if one == name:
                inside = self.opened[place + 1 :]
                # A paragraph may have ended long before.
                alone = name in _LASTING or name == "p"
                self.opened[place:] = inside if alone else [other for other in inside if other in _LASTING]
                self._lasting -= name in _LASTING
                return
            if one in _WALLS or ((one in _BLOCKS or one in _ITEMS) and name not in _BLOCKS and name not in _LASTING):
                return
