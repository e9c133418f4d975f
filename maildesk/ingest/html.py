"""HTML to text, keeping lists, links, tables and quotes; and HTML made harmless. It fetches nothing and runs nothing.

Size and depth are looked at before any parser sees the bytes: cleaning deeply nested HTML takes quadratic time
(threats 0 #5).
"""

import re
from html import unescape
from typing import Final

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

LARGEST: Final = 256 << 10
#: Elements inside elements, for cleaning and for reading.
DEEPEST: Final = 200
_DEEPEST_READ: Final = 2000
_ANY_TAG: Final = re.compile(r"<[^<>]*>")
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_VOID: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td tr th dt dd option".split()
)
_SILENT: Final = frozenset("script style head title noscript template svg math object iframe select textarea".split())
_BLOCKS: Final = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figure figcaption footer "
    "form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol p pre section summary table tbody tfoot thead tr "
    "ul".split()
)
_APART: Final = frozenset("p h1 h2 h3 h4 h5 h6 blockquote ul ol pre table".split())
_SAFE_TAGS: Final = set(
    "a abbr b blockquote br caption center cite code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img "
    "ins li ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr tt u ul".split()
)
_SAFE_ATTRIBUTES: Final = {
    "*": {"dir", "lang", "title", "align", "valign", "width", "height", "class", "style"},
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan", "bgcolor"},
    "th": {"colspan", "rowspan", "bgcolor"},
    "font": {"color", "size", "face"},
    "blockquote": {"type", "cite"},
    "ol": {"start", "type"},
}
_SAFE_STYLES: Final = {"color", "background-color", "font-weight", "font-style", "text-align", "text-decoration"}


def html_to_text(html: str) -> str:
    """The text a reader sees; quotes get "> " in front. At most LARGEST characters of the HTML are read."""
    html = html[:LARGEST]
    if _depth(html) > _DEEPEST_READ:
        # The parser looks through all open elements for every new one.
        return unescape(_ANY_TAG.sub(" ", html))
    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    if root is None:
        return ""
    writing = _Writing()
    _walk(root, writing)
    return writing.text()


def clean_html(html: str) -> tuple[str, str]:
    """HTML without scripts, forms and remote content, and a problem; one of the two is empty."""
    if len(html) > LARGEST:
        return "", "the HTML is too large to be cleaned"
    if _depth(html) > DEEPEST:
        return "", "the HTML is nested too deeply to be cleaned"
    cleaned = nh3.clean(
        html,
        tags=_SAFE_TAGS,
        attributes=_SAFE_ATTRIBUTES,
        clean_content_tags={"script", "style", "title"},
        url_schemes={"https", "http", "mailto", "cid", "tel"},
        filter_style_properties=_SAFE_STYLES,
        attribute_filter=_keep_attribute,
        link_rel="noopener noreferrer nofollow",
    )
    return cleaned, ""


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Pictures only from the mail itself: a remote one tells its server who read the mail."""
    if tag == "img" and name == "src" and not value.lower().startswith("cid:"):
        return None
    return value


def _depth(html: str) -> int:
    """An upper bound of how deep elements are nested; void and self-closing ones do not count."""
    deepest = depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() in _VOID:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


class _Writing:
    """The lines so far, and how what comes next is set."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.preformatted = 0

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
        if text.strip() or always:
            self.lines.append("> " * self.quotes + text if text else ">" * bool(self.quotes))

    def blank(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1] not in ("", ">"):
            self.lines.append(">" * bool(self.quotes))

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
    if tag in _SILENT or tag.startswith("-comment") or tag.startswith("!"):
        return False
    if tag == "br":
        writing.end_line(always=True)
    elif tag == "img":
        writing.add(_picture(node))
    elif tag in _BLOCKS:
        writing.blank() if tag in _APART else writing.end_line()
        _enter_block(tag, node, writing)
    elif tag in ("td", "th") and "".join(writing.line).strip():
        writing.add(" ")
    return True


def _enter_block(tag: str, node: LexborNode, writing: _Writing) -> None:
    if tag == "blockquote":
        writing.quotes = min(writing.quotes + 1, 20)
    elif tag == "pre":
        writing.preformatted += 1
    elif tag == "li":
        writing.line.append("- ")
    elif tag == "hr":
        writing.line.append("-" * 20)
        writing.end_line()


def _leave(node: LexborNode, writing: _Writing) -> None:
    tag = node.tag or ""
    if tag == "a":
        writing.add(_link(node, writing))
    elif tag in _BLOCKS:
        writing.blank() if tag in _APART else writing.end_line()
        if tag == "blockquote":
            _end_quote(writing)
        elif tag == "pre":
            writing.preformatted -= 1


def _end_quote(writing: _Writing) -> None:
    while writing.lines and writing.lines[-1] == ">":
        writing.lines.pop()
    writing.quotes -= 1
    writing.lines.append(">" * bool(writing.quotes))


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
