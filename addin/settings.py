"""What a person or a centre sets once on a machine: ``settings.toml`` in the user's own folder.

::

    module = "/opt/eid/libbeidpkcs11.so.0"      # where the card's software is, if not in its usual place
    tsa = ["https://time.example/"]             # time-stamping services, in place of the Belgian State's
    lang = "nl"                                 # language of the add-in's messages, if not the workbook's
    trust = "/opt/eid/test-root.pem"            # TEST root to recognise in the spreadsheet; verdicts will say TEST

    [[officers]]                                # who may sign here; a workbook that names anybody else is not believed
    role = "secretary"
    niss = "70.01.01-002.87"
    from = 2024-12-02
    to = 2030-12-31                             # may be left out
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from addin import files
from signer.seal import BELGIAN_AUTHORITIES
from validators import identifiers
from validators.findings import InputError
from workbook_templates.measure import LANGUAGES

if TYPE_CHECKING:
    from signer.trust import TrustStore

NAME = "settings.toml"
_KEYS = {"module": str, "tsa": list, "lang": str, "trust": str, "officers": list}
_OFFICER = {"role": str, "niss": str, "from": dt.date, "to": dt.date}


@dataclass(frozen=True, slots=True)
class KnownOfficer:
    """An officer that this machine knows."""

    role: str
    niss: str
    date_from: dt.date | None
    date_to: dt.date | None


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings; without a file, what needs none."""

    module: Path | None = None
    tsa: tuple[str, ...] = BELGIAN_AUTHORITIES
    officers: tuple[KnownOfficer, ...] = ()
    """Empty: whoever the workbook names."""
    lang: str = ""
    """Empty: the workbook's."""
    trust: Path | None = None

    def store(self) -> TrustStore:
        """Return the roots that are recognised here: the Belgian ones, and the TEST root that is set."""
        from signer.trust import TrustStore  # noqa: PLC0415 - most commands need no signatures

        return TrustStore.with_pem(files.read(self.trust)) if self.trust else TrustStore()

    def knows(self, role: str, niss: str, day: dt.date) -> bool:
        """Whether a person may sign in a role, or for it as a delegate, on a day, as far as this machine knows."""
        return not self.officers or any(
            one.niss == niss
            and one.role in (role, f"{role}_delegate")
            and (one.date_from is None or one.date_from <= day)
            and (one.date_to is None or day <= one.date_to)
            for one in self.officers
        )


def load() -> Settings:
    """Return the user's settings; InputError, naming the key, where the file cannot be used."""
    path = files.home() / NAME
    if not path.exists():
        return Settings()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refused("TOML") from error
    for key, value in found.items():
        if key not in _KEYS or not isinstance(value, _KEYS[key]):
            raise _refused(key)
    if found.get("tsa") == []:
        raise _refused("tsa")
    if found.get("lang", LANGUAGES[0]) not in LANGUAGES:
        raise _refused("lang")
    return Settings(
        module=Path(found["module"]) if "module" in found else None,
        tsa=tuple(map(str, found.get("tsa", BELGIAN_AUTHORITIES))),
        officers=tuple(map(_officer, found.get("officers", []))),
        lang=found.get("lang", ""),
        trust=Path(found["trust"]) if "trust" in found else None,
    )


def choose_language(lang: str) -> None:
    """Set the language of messages; every other line of the settings stays as it is."""
    path = files.home() / NAME
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    # Above the first table, where a key is the document's own.
    kept = [line for line in lines if not re.match(r"\s*lang\s*=", line)]
    files.write(path, "".join([f'lang = "{lang}"\n', *kept]).encode())


def _officer(entry: Any) -> KnownOfficer:  # noqa: ANN401 - what TOML holds
    if not isinstance(entry, dict) or not {"role", "niss"} <= entry.keys():
        raise _refused("officers")
    for key, value in entry.items():
        if key not in _OFFICER or not isinstance(value, _OFFICER[key]):
            raise _refused(f"officers.{key}")
    niss = identifiers.niss(entry["niss"], dt.datetime.now(dt.UTC).year)
    if not niss:
        raise _refused("officers.niss")
    return KnownOfficer(entry["role"], niss, entry.get("from"), entry.get("to"))


def _refused(key: str) -> InputError:
    return InputError("RU-X22", name=NAME, key=key)
