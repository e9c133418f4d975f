"""Joins the lines of format=flowed text (RFC 3676): a line that ends with a space goes on in the next one."""


def unflow(text: str, delete_space: bool) -> str:
    """The text with whole paragraphs on one line each. `delete_space`: the space at a soft line end is none (DelSp)."""
    lines: list[str] = []
    going_on: tuple[int, list[str]] | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        soft = words.endswith(" ") and words != "-- "
        if going_on and going_on[0] == depth and words != "-- ":
            going_on[1].append(words[:-1] if soft and delete_space else words)
        else:
            lines += _line(going_on)
            going_on = (depth, [words[:-1] if soft and delete_space else words])
        if not soft:
            lines += _line(going_on)
            going_on = None
    return "\n".join(lines + _line(going_on))


def _line(flowed: tuple[int, list[str]] | None) -> list[str]:
    if flowed is None:
        return []
    depth, words = flowed
    return [">" * depth + (" " if depth else "") + "".join(words)]
