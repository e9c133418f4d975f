"""HTML made harmless for people to look at: no scripts, no forms, nothing that is fetched from elsewhere. It runs
nothing and fetches nothing.

What is named here stays, all else goes (threats T40, T41, T44): no elements in which other rules of reading begin (svg,
math, style), no classes and ids of the page around it, no place on that page but its own.
"""

import re
from functools import lru_cache
from typing import Final

import nh3

from maildesk.ingest.html.nesting import depth_of
from maildesk.reason import because

#: Characters of HTML, and elements inside elements, that are cleaned.
LARGEST: Final = 256 << 10
DEEPEST: Final = 200
_TAGS: Final = set(
    "a abbr b blockquote br caption center cite code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img "
    "ins li ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr tt u ul".split()
)
#: Go with what stands in them; of other elements the words stay.
_WITH_CONTENT: Final = set(
    "applet audio embed frameset iframe math noembed noframes noscript object script select style svg template "
    "textarea title video xmp".split()
)
#: No title: its words are seen by nobody who passes them on.
_ATTRIBUTES: Final = {
    "*": {"align", "dir", "height", "lang", "style", "valign", "width"},
    "a": {"href"},
    "img": {"alt", "src"},
    "table": {"bgcolor", "border", "cellpadding", "cellspacing"},
    "tr": {"bgcolor"},
    "td": {"bgcolor", "colspan", "rowspan"},
    "th": {"bgcolor", "colspan", "rowspan", "scope"},
    "font": {"color", "face", "size"},
    "blockquote": {"type"},
    "ol": {"start", "type"},
}
#: None of these hides a text or lays it over another.
_STYLES: Final = set(
    "background background-color border border-bottom border-collapse border-color border-left border-right "
    "border-spacing border-style border-top border-width color font-family font-style font-weight list-style-type "
    "padding padding-bottom padding-left padding-right padding-top text-align text-decoration vertical-align "
    "white-space width".split()
)
#: Words, numbers and colours. No url(), no escapes, no comments: nothing that loads, and nothing in disguise.
_STYLE_VALUE: Final = re.compile(r"(?:[\w\s#%.,'\"!-]|\b(?:rgba?|hsla?)\(|\))+", re.ASCII)
_LONGEST_STYLE: Final = 2000
_SPACE_AND_CONTROL: Final = re.compile(r"[\x00-\x20\x7f-\xa0]+")


def clean_html(html: str) -> tuple[str, str]:
    """HTML that is safe to show, and a problem; one of the two is empty.

    Of pictures those of the mail itself stay (`cid:`); links say that they belong to somebody else.
    """
    if len(html) > LARGEST:
        return "", because("html_large")
    if depth_of(html, DEEPEST) > DEEPEST:
        return "", because("html_deep")
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep_attribute,
        url_schemes={"cid", "http", "https", "mailto", "tel"},
        # In the page around it a path would be one of ours.
        url_relative="deny",
        filter_style_properties=_STYLES,
        link_rel="noopener noreferrer nofollow",
    )
    return cleaned, ""


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    """The value as it may stand, or None."""
    if name == "style":
        return _keep_style(value[:_LONGEST_STYLE])
    if name in ("src", "href"):
        # A remote picture tells its server who read the mail, and a link into the mail leads nowhere.
        in_the_mail = _SPACE_AND_CONTROL.sub("", value[:100]).lower().startswith("cid:")
        return value if in_the_mail == (name == "src") else None
    return value


@lru_cache(maxsize=256)
def _keep_style(style: str) -> str | None:
    """Of the paragraphs of one mail, most have the same style."""
    kept = []
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        if name.strip().lower() in _STYLES and _STYLE_VALUE.fullmatch(value):
            kept.append(f"{name.strip().lower()}:{value.strip()}")
    return ";".join(kept) or None
