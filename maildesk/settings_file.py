"""Finds the configuration file and reads it: --config, $MAILDESK_CONFIG, maildesk.toml, /etc/maildesk/maildesk.toml.

It never writes one, and never reveals a secret.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from maildesk.config import ConfigError, Problem, Settings, read_settings
from maildesk.config.environment import CONFIG_VARIABLE
from maildesk.config.read import Question, nothing_more

PLACES: Final = (Path("maildesk.toml"), Path("/etc/maildesk/maildesk.toml"))


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings, their file (None: the environment alone), and the folder that relative paths start from."""

    settings: Settings
    file: Path | None
    folder: Path

    @property
    def data(self) -> Path:
        """The folder of database, raw mail and keys; absolute. It may not be there yet."""
        return self.folder / self.settings.desk.data


def load_configuration(
    option: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    places: tuple[Path, ...] = PLACES,
    further: Question = nothing_more,
) -> Configuration:
    """Reads the file of `--config`, else of $MAILDESK_CONFIG, else the first of `places`; without any, the environment.

    `further` is asked about settings that are right so far (read_settings). Raises ConfigError with every problem, also
    for a named file that cannot be read.
    """
    file = find_file(option, environment, places)
    if file is not None:
        settings = read_settings(_read(file), environment, str(file), further)
        return Configuration(settings, file, file.absolute().parent)
    looked = ", ".join(str(place) for place in places)
    return Configuration(read_settings("", environment, f"no file ({looked})", further), None, Path.cwd())


def find_file(option: Path | None, environment: Mapping[str, str], places: tuple[Path, ...] = PLACES) -> Path | None:
    """The file that counts. A file that was named is not looked for elsewhere, even where it is missing."""
    if option is not None:
        return option
    if named := environment.get(CONFIG_VARIABLE):
        return Path(named)
    # lexists: a link that leads nowhere is a mistake to be told, not a reason to take the next file.
    return next((place for place in places if os.path.lexists(place)), None)


def _read(file: Path) -> str:
    try:
        # utf-8-sig: some editors put a mark at the beginning, which TOML does not know.
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"this is not UTF-8 (byte {error.start}); save it as UTF-8"
    except FileNotFoundError:
        message = "there is no such file; name another with --config or $MAILDESK_CONFIG"
    except PermissionError:
        message = "the file may not be read; give it to the user maildesk runs as, or run maildesk as that user"
    except OSError as error:
        message = f"the file cannot be read ({error.strerror})"
    raise ConfigError([Problem((), message, file=str(file))])
