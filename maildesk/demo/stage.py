"""Shows mail on the terminal: who wrote to whom, what the reader sees, what is attached."""

from email.message import EmailMessage

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

_SHOWN_LINES = 14


class Stage:
    """Everything that is seen of the demonstration."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self.letters = 0
        self.mails = 0

    def say(self, text: str) -> None:
        """What happens, in the words of the narrator."""
        self._console.print()
        self._console.print(Text(text, style="bold"))

    def line(self, text: str) -> None:
        """A plain line."""
        self._console.print(Text(text))

    def show_mail(self, mail: EmailMessage) -> None:
        """A mail that a person has written."""
        self.mails += 1
        self._show(mail, "mail in", "cyan")

    def show_letter(self, letter: EmailMessage, lines: int = _SHOWN_LINES) -> None:
        """A letter that maildesk has written; so many of its lines."""
        self.letters += 1
        self._show(letter, "letter out", "green", lines)

    def _show(self, message: EmailMessage, title: str, style: str, most: int = _SHOWN_LINES) -> None:
        head = f"From:    {message['From']}\nTo:      {message['To']}\nSubject: {message['Subject']}\n"
        files = [f"\n[{part.get_filename()}, {len(part.get_content())} bytes]" for part in message.iter_attachments()]
        body = message.get_body(("plain",))
        lines = str(body.get_content()).strip().splitlines() if body else []
        unseen = len(lines) - most
        more = [f"... {unseen} more line{'s' * (unseen > 1)}"] if unseen > 0 else []
        text = "\n".join([*lines[:most], *more])
        panel = Panel(Text(f"{head}\n{text}{''.join(files)}"), title=title, title_align="left", border_style=style)
        self._console.print(panel)
