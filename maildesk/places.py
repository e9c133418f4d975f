"""Says where the files that come with maildesk are, in a checkout and in an installed wheel. It never reads them."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """The templates as they were shipped: inside the installed package, or beside it in a checkout.

    Raises FileNotFoundError where neither is there, which means a broken installation.
    """
    for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the templates are missing beside {_PACKAGE}; install maildesk again")


def shipped_file(name: str) -> Path:
    """A file of the folder `config` of the repository: the commented configuration, the unit of systemd.

    Raises FileNotFoundError as `templates_folder` does.
    """
    for folder in (_PACKAGE / "shipped", _PACKAGE.parent / "config"):
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"{name} is missing beside {_PACKAGE}; install maildesk again")


def migrations_folder() -> Path:
    """The steps from one shape of the database to the next (maildesk/migrate.py)."""
    return _PACKAGE / "migrations"
