"""What an author wrote now, as he set it: his HTML without quoted mail, signature and commands. It believes nothing.

The text is the judge. The HTML is turned into lines and folded by the rules for texts; each piece of it carries its
number through that in signs that folding does not look at. What was folded is cut out of the tree, and what is left
must say what the text says: else there is no HTML, and the text is relayed as it stands.
"""

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from maildesk.ingest.html.nesting import depth_of
from maildesk.ingest.html.safe import DEEPEST, LARGEST, clean_html
from maildesk.ingest.html.to_text import html_to_text
from maildesk.ingest.text import Folded, fold
from maildesk.notify.same_words import essence

#: Lines at the top that may be commands.
_MOST_COMMANDS: Final = 20
#: Invisible signs, which maildesk.ingest.folding.lines.readable leaves out: the ends of a number, and its digits.
_EDGE: Final = "\u2060"
_DIGITS: Final = "\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d"
_NUMBER: Final = re.compile(f"{_EDGE}([{_DIGITS}]{{1,8}}){_EDGE}")
#: Marks of a signature. Where the text has the signature too, the HTML keeps its own.
_SIGNATURE_MARK: Final = re.compile(r"[Ss]ignature|bloop_sign")
_PICTURE: Final = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
_PARAGRAPH: Final = re.compile(r"<(/?)p(?=[ >])")
_EMPTY: Final = frozenset("br hr img".split())


def fresh_html(html: str, wanted: str, author: str = "") -> str:
    """HTML that is safe to show and says what the text `wanted` of `author` says; "" where there is none, or nothing is
    gained."""
    if not html or len(html) > LARGEST or depth_of(html, DEEPEST) > DEEPEST or not essence(wanted):
        return ""
    for keep_marks in (True, False):
        tree = LexborHTMLParser(html if keep_marks else _SIGNATURE_MARK.sub("-", html))
        if tree.body is None or not _number_pieces(tree.body):
            return ""
        kept = _pieces_that_say(essence(wanted), fold(html_to_text(tree.body.html or ""), author))
        if kept is None:
            continue
        _cut(tree.body, kept)
        cleaned = _tidied(clean_html(tree.body.inner_html or "")[0], html)
        if essence(html_to_text(cleaned)) == essence(wanted):
            return cleaned
    return ""


def _number_pieces(body: LexborNode) -> bool:
    """Puts a number in front of every line of text and every picture. False where the text has such signs already."""
    number = 0
    for node in _leaves(body):
        if node.tag == "img":
            node.attrs["alt"] = ""
            node.insert_before(_sign(number))
            number += 1
        elif (text := node.text_content or "").strip():
            if _EDGE in text:
                return False
            # Lines of their own stand in preformatted text alone; elsewhere they do no harm.
            lines = text.split("\n")
            node.replace_with("\n".join(_numbered(line, number + at) for at, line in enumerate(lines)))
            number += len(lines)
    return True


def _numbered(line: str, number: int) -> str:
    """The number behind the white space in front, so that the line begins as it did."""
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}{_sign(number)}{bare}" if bare else line


def _sign(number: int) -> str:
    return _EDGE + "".join(_DIGITS[int(digit)] for digit in f"{number:o}") + _EDGE


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text))


def _pieces_that_say(wanted: str, folded: Folded) -> set[str] | None:
    """The numbers of the pieces that say it: what folding leaves, or that without the commands above; None for none."""
    lines = folded.visible.split("\n")
    for first in range(min(len(lines), _MOST_COMMANDS)):
        rest = "\n".join(lines[first:])
        if essence(_NUMBER.sub("", rest)) == wanted:
            return _numbers(rest)
    return None


def _cut(body: LexborNode, kept: set[str]) -> None:
    """Takes out the pieces that are not kept, what only held them, and the blanks above and below what is left."""
    holders: set[int] = set()
    emptied: set[int] = set()
    keep = True
    for node in _leaves(body):
        if node.tag == "img":
            _note_parents(node, holders if keep else emptied)
            if not keep:
                node.remove()
            continue
        text = node.text_content or ""
        signs = _numbers(text)
        # The picture behind the sign has the fate of its sign.
        keep = signs <= kept if signs else keep
        if not signs:
            continue
        left = _left_of(text, kept)
        _note_parents(node, holders if left.strip() or keep else emptied)
        if left:
            node.replace_with(left)
        else:
            node.remove()
    _prune(body, holders, emptied)


def _left_of(text: str, kept: set[str]) -> str:
    lines = (line for line in text.split("\n") if _numbers(line) <= kept)
    return _NUMBER.sub("", "\n".join(lines))


def _note_parents(node: LexborNode, noted: set[int]) -> None:
    above = node.parent
    while above is not None and above.mem_id not in noted:
        noted.add(above.mem_id)
        above = above.parent


def _prune(body: LexborNode, holders: set[int], emptied: set[int]) -> None:
    """Removes elements that hold nothing, where something was cut out of them or they stand outside of the words."""
    every = [node for node in body.traverse(include_text=True) if node.mem_id != body.mem_id]
    content = [at for at, node in enumerate(every) if _is_content(node)]
    first, last = (content[0], content[-1]) if content else (len(every), -1)
    for at in range(len(every) - 1, -1, -1):
        node = every[at]
        if node.tag == "-text" or node.mem_id in holders or (node.tag == "img" and _is_content(node)):
            continue
        if node.mem_id in emptied or not first < at < last:
            node.remove()


def _is_content(node: LexborNode) -> bool:
    return node.tag == "img" or (node.tag == "-text" and bool((node.text_content or "").strip()))


def _leaves(body: LexborNode) -> list[LexborNode]:
    """All texts and pictures, in their order; a list, because the tree is going to change."""
    return [node for node in body.traverse(include_text=True) if node.tag in ("-text", "img")]


def _tidied(cleaned: str, html: str) -> str:
    """Without pictures from elsewhere, which the cleaning has left without a source; Outlook's paragraphs as the lines
    that they are, for their style sheet is gone."""
    cleaned = _PICTURE.sub(lambda found: found[0] if ' src="cid:' in found[0] else "", cleaned)
    return _PARAGRAPH.sub(r"<\1div", cleaned) if "MsoNormal" in html else cleaned
