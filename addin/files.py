"""Files in and out: the only place that touches the disk. Writes are atomic, nothing is overwritten unasked."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from platformdirs import user_data_path

from validators.findings import InputError

HOME_VARIABLE = "RAPPORT_UNIQUE_HOME"
"""Environment variable that moves the user's folder of this product, for tests and shared machines."""

FOLDER = "rapport-unique"
"""Name of that folder, among those that the system gives to each program of a user."""

RULES = "rules.toml"
"""Name of a centre's own rules, in the user's folder and in a package."""

MAPPING = "ledgers.toml"
"""Name of a centre's mapping file for ledgers, in the user's folder."""

LARGEST = 200_000_000
"""Bytes of a file that are read at all."""


def home() -> Path:
    """Return the user's own folder of this product; it may not exist yet."""
    moved = os.environ.get(HOME_VARIABLE)
    return Path(moved) if moved else user_data_path(FOLDER, appauthor=False)


def read(path: Path) -> bytes:
    """Return a file's bytes; InputError where it is absent, no ordinary file, too large or open in a spreadsheet."""
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        if lock.exists():
            raise InputError("RU-X06", lock=lock.name)
    try:
        if path.is_dir():
            raise InputError("RU-X27", name=path.name)
        if path.exists() and not path.is_file():
            # A pipe or a device might never end.
            raise InputError("RU-X28", name=path.name)
        if path.stat().st_size > LARGEST:
            raise InputError("RU-X29", name=path.name, most=LARGEST // 1_000_000)
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError("RU-X01", name=path.name) from None
    except OSError as error:
        raise InputError("RU-X19", name=path.name, problem=error.strerror or "") from error


def read_open(path: Path) -> bytes:
    """Return the bytes of a file that the spreadsheet which has it open has just saved."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("RU-X19", name=path.name, problem=error.strerror or "") from error


def local_rules(path: Path | None) -> bytes | None:
    """Return the centre's own rules from a file, else those in the user's folder; None where there are none."""
    own = home() / RULES
    if path is None and not own.exists():
        return None
    return read(path or own)


def want_free(path: Path, *, force: bool) -> None:
    """Refuse a file that exists already, before any work is done for it."""
    if path.exists() and not force:
        raise InputError("RU-X10", name=path.name)


def write(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all: beside it first, flushed to the disk, then renamed over it.

    A private one can be read by its owner alone; on Windows its folder decides.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if not private:
                # mkstemp keeps its files to the owner; the result gets what a new file would have had.
                Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError("RU-X19", name=path.name, problem=error.strerror or "") from error


def remove(path: Path) -> None:
    """Remove a file where it is, and its folder where that is one of the user's folder and empty now."""
    try:
        path.unlink(missing_ok=True)
        if path.parent.parent == home() and path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()
    except OSError as error:
        raise InputError("RU-X19", name=path.name, problem=error.strerror or "") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
