"""Did our own notice come back as an agent's words? It speaks of the requester to agents, so it must not reach him."""


def brings_notice(text: str, number: int, title: str) -> bool:
    """Every notice about a ticket bears the line "#1042 Printer on fire", wrapped where it is long.

    Programs that quote without marks, and an answer sent before anything was written, put it among the visible words.
    """
    heading = f"#{number} {title}".split()
    return any(_begins(heading, line.lstrip("> \t*_").rstrip("*_ ").split()) for line in text.split("\n"))


def _begins(heading: list[str], words: list[str]) -> bool:
    # A number alone is a notice only where the ticket has no title.
    return bool(words) and words == heading[: len(words)] and (len(words) > 1 or len(heading) == 1)
