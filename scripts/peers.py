"""Installs other people's programs for a comparison, each into a folder of its own under .peers: never into .venv.

What is there already is taken as it is; remove .peers to get newer ones.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

PEERS: Final = Path(__file__).resolve().parent.parent / ".peers"


def peer(package: str) -> Path | None:
    """The folder of a Python package, to be put on the path; None, said on stderr, where it does not install here."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]
    return _installed(f"{package}-python{sys.version_info.major}.{sys.version_info.minor}", command, package)


def node_peer(package: str) -> Path | None:
    """The same for a package of Node.js, which is found under `node_modules` of the folder."""
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]
    return _installed(f"{package}-node", command, package)


def _installed(name: str, command: list[str], package: str) -> Path | None:
    folder = PEERS / name
    if folder.exists():
        return folder
    unfinished = PEERS / f"{name}.unfinished"
    unfinished.mkdir(parents=True, exist_ok=True)
    try:
        ended = subprocess.run([*command, unfinished, package], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        print(f"without {package}: there is no {command[0]} here", file=sys.stderr)
        return None
    if ended.returncode:
        reason = (ended.stderr.strip().splitlines() or ["it was not said why"])[-1]
        print(f"without {package}, which does not install here: {reason}", file=sys.stderr)
        return None
    return unfinished.rename(folder)
