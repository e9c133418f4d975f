"""What is wrong with the configuration, all of it at once, in the words of the operator. It never shows a secret."""

from dataclasses import dataclass

from maildesk.config.lines import KeyPath, dotted


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: which key, where it stands (a line of the file, or a variable), what is wrong, what may be meant."""

    path: KeyPath
    message: str
    suggestion: str = ""
    file: str = ""
    line: int | None = None
    variable: str = ""

    @property
    def key(self) -> str:
        """As people write it: `relay.host`, `imap[0].port`; "" where no key is to blame."""
        return dotted(self.path)

    @property
    def place(self) -> str:
        if self.variable:
            return self.variable
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        text = " ".join(part for part in (self.key, self.message) if part)
        return ": ".join(part for part in (self.place, text) if part) + (
            f"; did you mean `{self.suggestion}`?" if self.suggestion else ""
        )


class ConfigError(Exception):
    """The configuration cannot be used (exit code 2). Its text is finished, for the operator: one line per problem."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
