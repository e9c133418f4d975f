"""HTML to text, keeping lists, links, tables and quotes. It fetches nothing and runs nothing.

Size and depth are looked at before any parser sees the bytes (ingest/html/nesting.py).
"""

import re
from html import unescape
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from maildesk.ingest.html.nesting import depth_of

LARGEST: Final = 256 << 10
#: Elements inside elements.
_DEEPEST_READ: Final = 2000
_ANY_TAG: Final = re.compile(r"<[^<>]*>")
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_RULE: Final = "-" * 20
_MOST_QUOTES: Final = 20
_LONGEST_STYLE: Final = 1000
_STEPS_TO_FIRST_CELL: Final = 3
#: Gmail and Thunderbird name the line above a quote.
_INTRODUCING: Final = {"gmail_attr", "moz-cite-prefix"}
#: Gmail, Outlook on the web, Spark, Airmail and others.
_SIGNATURES: Final = frozenset(
    "gmail_signature Signature messageSignatureSection bloop_sign mail_signature email-signature email_signature "
    "front-signature AppleMailSignature composer_signature ms-outlook-mobile-signature".split()
)
_SILENT: Final = frozenset("script style head title noscript template svg math object iframe select textarea".split())
_BLOCKS: Final = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figure figcaption footer "
    "form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol p pre section summary table tbody tfoot thead tr "
    "ul".split()
)
_APART: Final = frozenset("p h1 h2 h3 h4 h5 h6 blockquote ul ol pre table".split())


def html_to_text(html: str) -> str:
    """The text a reader sees; quotes get "> " in front. At most LARGEST characters of the HTML are read."""
    html = html[:LARGEST]
    if depth_of(html, _DEEPEST_READ) > _DEEPEST_READ:
        # The parser looks through all open elements for every new one.
        return unescape(_ANY_TAG.sub(" ", html))
    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    if root is None:
        return ""
    writing = _Writing()
    _walk(root, writing)
    return writing.text()


class _Writing:
    """The lines so far, and how what comes next is set."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.preformatted = 0
        #: One for each open list: the number of its next item, 0 where it has none.
        self.lists: list[int] = []
        #: One for each open table: do its cells stay on one line?
        self.grids: list[bool] = []
        self.bullet = ""

    def add(self, text: str) -> None:
        if self.preformatted:
            first, *more = text.split("\n")
            self.line.append(first)
            for one in more:
                self.end_line(always=True)
                self.line.append(one)
            return
        text = _SPACE.sub(" ", text)
        if text.strip() or self.line:
            self.line.append(text)

    def end_line(self, always: bool = False) -> None:
        text = "".join(self.line)
        text = text.rstrip() if self.preformatted else _SPACE.sub(" ", text).strip(" ")
        self.line = []
        if not text.strip() and not always:
            return
        if text:
            text = "  " * min(len(self.lists) - 1, 10) + self.bullet + text
            self.bullet = ""
        self.lines.append("> " * min(self.quotes, _MOST_QUOTES) + text if text else ">" * bool(self.quotes))

    def blank(self) -> None:
        self.end_line()
        if not self.bullet and self.lines and self.lines[-1] not in ("", ">"):
            self.lines.append(">" * bool(self.quotes))

    def separate(self, tag: str) -> None:
        """What stands between this block and the text before or after it."""
        if self.grids and self.grids[-1] and tag not in ("tr", "table", "tbody", "thead", "tfoot"):
            self.add(" ")
        elif tag in _APART and not (tag in ("ul", "ol") and len(self.lists) > (0 if self.bullet else 1)):
            self.blank()
        else:
            self.end_line()

    def rule(self) -> None:
        self.end_line()
        if next((line for line in reversed(self.lines[-3:]) if line), "") != _RULE:
            self.line.append(_RULE)
            self.end_line()

    def sign(self) -> None:
        """The delimiter of RFC 3676 4.3, where there is none yet."""
        self.end_line()
        if next((line for line in reversed(self.lines) if line), "").strip() not in ("", "--", "—"):
            self.lines.append("-- ")

    def text(self) -> str:
        self.end_line()
        text = "\n".join(self.lines).replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "")
        return _BLANK_LINES.sub("\n\n", text).strip("\n")


def _walk(root: LexborNode, writing: _Writing) -> None:
    """Visits the tree in order without recursion: its depth is the sender's choice."""
    node: LexborNode | None = root
    descend = True
    while node is not None:
        child = node.child if descend and _enter(node, writing) else None
        if child is not None:
            node = child
            continue
        if not _is_silent(node):
            _leave(node, writing)
        if node.mem_id == root.mem_id:
            return
        if node.next is not None:
            node, descend = node.next, True
        else:
            node, descend = node.parent, False


def _enter(node: LexborNode, writing: _Writing) -> bool:
    tag = node.tag or ""
    if tag == "-text":
        writing.add(node.text_content or "")
        return False
    if _is_silent(node):
        return False
    if tag == "br":
        writing.end_line(always=True)
    elif tag == "img":
        writing.add(_picture(node))
    elif tag in _BLOCKS:
        writing.separate(tag)
        _enter_block(tag, node, writing)
    elif tag in ("td", "th") and "".join(writing.line).strip():
        writing.add(" | " if writing.grids and writing.grids[-1] else " ")
    return True


def _is_silent(node: LexborNode) -> bool:
    """Shown to nobody: scripts, comments, and what a style hides, such as the teaser of a newsletter."""
    tag = node.tag or ""
    if tag in _SILENT or tag.startswith(("-comment", "!")):
        return True
    return tag in _BLOCKS and tag != "body" and "display:none" in _style(node)


def _enter_block(tag: str, node: LexborNode, writing: _Writing) -> None:
    if tag in ("blockquote", "div"):
        writing.quotes += _depth_of_quote(tag, node)
        if tag == "div":
            _mark(node, writing)
    elif tag == "pre":
        writing.preformatted += 1
    elif tag in ("ul", "ol"):
        writing.lists.append(1 if tag == "ol" else 0)
    elif tag == "table":
        writing.grids.append(_is_grid(node))
    elif tag == "li":
        writing.bullet = _bullet(writing.lists)
    elif tag == "hr":
        writing.rule()


def _mark(node: LexborNode, writing: _Writing) -> None:
    """Shows in the text where a mail program says that something else begins."""
    if _is_older_mail(node):
        writing.rule()
    elif not writing.quotes and _is_signature(node):
        writing.sign()


def _leave(node: LexborNode, writing: _Writing) -> None:
    tag = node.tag or ""
    if tag == "a":
        writing.add(_link(node, writing))
    elif tag in _BLOCKS:
        writing.separate(tag)
        _leave_block(tag, node, writing)


def _leave_block(tag: str, node: LexborNode, writing: _Writing) -> None:
    if tag in ("blockquote", "div"):
        if _depth_of_quote(tag, node):
            _end_quote(writing)
    elif tag == "pre":
        writing.preformatted -= 1
    elif tag in ("ul", "ol"):
        writing.lists.pop()
    elif tag == "table":
        writing.grids.pop()
    elif tag == "li":
        writing.bullet = ""


def _end_quote(writing: _Writing) -> None:
    while writing.lines and writing.lines[-1] == ">":
        writing.lines.pop()
    writing.quotes -= 1
    writing.lines.append(">" * bool(writing.quotes))


def _depth_of_quote(tag: str, node: LexborNode) -> int:
    """1 for a quote and for the line that introduces one, whatever its language; 0 for what is only indented."""
    if tag == "blockquote":
        return 0 if "border:none" in _style(node) else 1
    if not _INTRODUCING & set((node.attributes.get("class") or "").split()):
        return 0
    following = node.next
    while following is not None and following.tag == "-text" and not (following.text_content or "").strip():
        following = following.next
    return int(following is not None and following.tag == "blockquote")


def _is_older_mail(node: LexborNode) -> bool:
    """Where Outlook (desktop, web, new, mobile) begins the mail that is answered, whatever its language."""
    if (node.attributes.get("id") or "").endswith(("divRplyFwdMsg", "mail-editor-reference-message-container")):
        return True
    return "OutlookMessageHeader" in (node.attributes.get("class") or "") or "border:none;border-top:solid" in _style(
        node
    )


def _is_signature(node: LexborNode) -> bool:
    """What mail programs mark as the signature that they put below a text, by class, id or name."""
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('name') or ''}".split()
    return bool(_SIGNATURES & {*names, (node.attributes.get("id") or "").removeprefix("x_")})


def _is_grid(node: LexborNode) -> bool:
    """A table that shows rows and columns, and not one that only places things on a page."""
    if (node.attributes.get("border") or "0") != "0":
        return True
    for _ in range(_STEPS_TO_FIRST_CELL):
        child = node.child
        while child is not None and child.tag == "-text":
            child = child.next
        if child is None or child.tag == "th":
            return child is not None
        node = child
    return False


def _bullet(lists: list[int]) -> str:
    if not lists or not lists[-1]:
        return "- "
    lists[-1] += 1
    return f"{lists[-1] - 1}. "


def _style(node: LexborNode) -> str:
    return (node.attributes.get("style") or "")[:_LONGEST_STYLE].lower().replace(" ", "")


def _picture(node: LexborNode) -> str:
    alternative = (node.attributes.get("alt") or "").strip()
    return f"[{alternative}]" if alternative and len(alternative) < 200 else ""


def _link(node: LexborNode, writing: _Writing) -> str:
    """The target of a link, where its text does not show it."""
    target = (node.attributes.get("href") or "").strip()
    shown = "".join(writing.line)[-400:]
    if not target.startswith(("http://", "https://")) or len(target) > 300 or not shown.strip():
        return ""
    bare = target.split("://", 1)[1].rstrip("/")
    return "" if bare in shown else f" <{target}>"
