"""Reveals a secret at the moment it is needed: from a variable, a file, a command, or the text itself.

It never keeps, logs or shows one; its errors name the key and say what to do.
"""

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from maildesk.config import ConfigError, Problem, Secret
from maildesk.errors import Deferred

COMMAND_SECONDS: Final = 30.0
#: No password or token is longer; a larger file is the wrong file.
LARGEST: Final = 64 * 1024


def reveal(secret: Secret, key: str, folder: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The secret's text, without the line end after it. Read anew each time, so that it can be changed meanwhile.

    `key` names the setting in errors, `folder` is the configuration file's, which a relative path starts from. Raises
    ConfigError where a person must mend something, Deferred where a command failed, which may be better later.
    """
    if secret.source == "plain":
        return _one_line(secret.value, key, "the text")
    if secret.source == "env":
        if secret.value not in environment:
            raise _wrong(key, f"is in the variable {secret.value}, which is not set; set it where maildesk is started")
        return _one_line(environment[secret.value], key, f"the variable {secret.value}")
    if secret.source == "file":
        file = folder / secret.value
        return _one_line(_read(file, key), key, f"the file {file}")
    return _one_line(_run(secret.value, key, folder), key, "what the command printed")


def _read(file: Path, key: str) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except PermissionError:
        raise _wrong(key, f"is in {file}, which may not be read; give it to the user maildesk runs as") from None
    except OSError as error:
        raise _wrong(key, f"is in {file}, which cannot be read ({error.strerror}); write the secret there") from None
    return _decoded(data, key, f"the file {file}")


def _run(command: str, key: str, folder: Path) -> str:
    try:
        # No shell: nothing of the line is expanded. What it complains of goes to our own standard error.
        done = subprocess.run(
            shlex.split(command),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except ValueError:
        raise _wrong(key, "has a command whose quotes do not match") from None
    except subprocess.TimeoutExpired:
        # The exception holds what was printed so far.
        raise Deferred(f"{key}: the command did not end within {COMMAND_SECONDS:.0f} s", everyone=True) from None
    except OSError as error:
        raise _wrong(key, f"has a command that cannot be started ({error.strerror}); write its whole path") from None
    if done.returncode != 0:
        raise Deferred(f"{key}: the command ended with {done.returncode}; run it by hand to see why", everyone=True)
    return _decoded(done.stdout[: LARGEST + 1], key, "what the command printed")


def _decoded(data: bytes, key: str, where: str) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise _wrong(key, f"cannot be read: {where} is not UTF-8 text") from None
    if len(data) > LARGEST:
        raise _wrong(key, f"cannot be read: {where} is larger than a secret; is it another one?")
    return text


def _one_line(text: str, key: str, where: str) -> str:
    # A line end inside would become a second command to the server it is sent to.
    secret = text.rstrip("\r\n")
    if not secret:
        raise _wrong(key, f"is empty: {where} has nothing in it; put the secret there")
    if any(sign in secret for sign in "\r\n\0"):
        raise _wrong(key, f"cannot be used: {where} has more than one line; leave the secret there alone")
    return secret


def _wrong(key: str, message: str) -> ConfigError:
    return ConfigError([Problem((key,), message)])
