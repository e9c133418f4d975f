"""The bound holds against what a parser really does; pieces of HTML are put together at random for that."""

from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from maildesk.ingest.html.nesting import depth_of

PIECES = (
    "<div>|</div>|<b>|</b>|<i id=1>|</i>|<table>|</table>|<td>|</td>|<tr>|<p>|</p>|<a x>|</a>|<button>|</button>|<li>"
    "|</li>|<ul>|</ul>|<span>|</span>|<o:p>|</o:p>|<h1>|</h1>|<pre>|</pre>|<font>|</font>|<dd>|<dl>|<object>|</object>"
    '|<style>|</style>|<title>|</title>|<!--|-->|<![CDATA[|]]>|"|\'|=| |>|<div x=|<span "|</p |<br>|</br>|<caption>'
    "|<body>|</body>|<tbody>|</tbody>|<image>|<input>|<nobr>|<svg>|</svg>|<math>|<select>|</select>|<form>|</form>|x"
).split("|")
REPEATED = 60


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join))
def test_no_parser_goes_much_deeper(unit: str) -> None:
    html = unit * REPEATED
    bound = depth_of(html, 200)
    # What is counted flat may stand in each element that is counted, a few at a time.
    assert bound > 200 or depth_in_fact(html) <= 6 * bound + 12


def test_ordinary_html_is_not_called_deep() -> None:
    row = "<tr><td><p><span style='color:red'><b>a</b> <i>b</i><o:p></o:p></span></p></td><td>1 &lt; 2<br></td></tr>"
    html = f"<html><body><div class=x><table><tbody>{row * 500}</table><ul>{'<li>x' * 500}</ul></div></body></html>"
    assert depth_of(html, 200) <= 8


def depth_in_fact(html: str) -> int:
    root = LexborHTMLParser(html).root
    todo: list[tuple[LexborNode | None, int]] = [(root, 0)]
    deepest = 0
    while todo:
        node, depth = todo.pop()
        if node is None:
            continue
        deepest = max(deepest, depth)
        todo += [(node.next, depth), (node.child, depth + 1)]
    return deepest
