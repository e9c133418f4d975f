"""The adapter of crisp's email-forward-parser for the corpus's check.py: one Node.js process, a line for each question.

The library takes plain text only, as its own tests give it. NODE_PATH names the folder it is installed in.
"""

import json
import subprocess
from typing import Any, Final

_PROGRAM: Final = """
const library = require("email-forward-parser");
const parser = new (library.default || library)();
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const { text, subject } = JSON.parse(line);
  process.stdout.write(JSON.stringify(parser.read(text, subject)) + "\\n");
});
"""
_node: Final = subprocess.Popen(
    ["node", "-e", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
)


def unwrap_forward(text: str, is_html: bool, subject: str | None = None) -> dict[str, Any] | None:
    """What check.py asks of a forwarded text. A library that throws ends the process, and the case is a crash."""
    assert _node.stdin is not None and _node.stdout is not None
    _node.stdin.write(json.dumps({"text": text, "subject": subject or ""}) + "\n")
    _node.stdin.flush()
    read = json.loads(_node.stdout.readline())
    if not read or not read["forwarded"]:
        return None
    mail = read["email"]
    people = {who: [_person(one) for one in _list(mail[who])] for who in ("from", "to", "cc")}
    rest = {"subject": mail["subject"], "date": mail["date"], "text": mail["body"], "text_top": read["message"]}
    return {"type": "forward", **people, **rest}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _person(person: dict[str, str | None]) -> dict[str, str]:
    return {"name": person["name"] or "", "addr": person["address"] or ""}
