"""The closed list of what can go wrong: one table of codes, shared by refusals, verdicts and the card.

A code never changes its meaning. Code and parameters live here, the sentences in
``texts/{fr,nl,de,en}.toml``; a parameter never holds a national number in clear (see
``certificate.mask_niss``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Final[Mapping[str, frozenset[str]]] = {
    code: frozenset(params.split())
    for code, params in {
        # 1xx: the card, its reader and its middleware
        "SIG-E101": "path",  # no middleware, or it does not load
        "SIG-E102": "",  # no reader
        "SIG-E103": "",  # readers, but no card
        "SIG-E104": "wanted found",  # cards, but not this officer's
        "SIG-E105": "",  # PIN window cancelled
        "SIG-E106": "",  # wrong PIN
        "SIG-E107": "",  # PIN blocked
        "SIG-E108": "",  # card pulled out
        "SIG-E109": "outcome",  # any other failure of card or middleware
        "SIG-E110": "",  # PIN too short, too long, or not digits
        "SIG-E111": "",  # no Signature certificate: not an eID, or a child's
        "SIG-E112": "found",  # several cards and nobody named
        "SIG-E113": "",  # this middleware cannot use the signature key
        "SIG-N114": "",  # notice: the PIN window is open
        "SIG-W115": "path",  # warning: middleware writes debug logs, which hold the PIN
        # 2xx: the container
        "SIG-E201": "",  # not a container at all
        "SIG-E202": "",  # bytes missing or added at the end
        "SIG-E203": "",  # bytes before or between the entries
        "SIG-E204": "",  # directory damaged
        "SIG-E205": "file",  # name not allowed
        "SIG-E206": "file",  # same name twice (also by case)
        "SIG-E207": "file",  # compressed, encrypted, linked, or otherwise not stored plainly
        "SIG-E208": "file",  # local and central headers disagree
        "SIG-E209": "file",  # content does not match its checksum
        "SIG-E210": "",  # too many or too large
        "SIG-E211": "",  # mimetype entry missing, misplaced or wrong
        "SIG-E212": "",  # manifest missing or not as written
        "SIG-E213": "file",  # entry that has no business in META-INF
        "SIG-E214": "file",  # listed in the manifest, absent
        "SIG-E215": "file",  # present, not listed
        "SIG-E216": "",  # no data file
        # 3xx: refusals before or while signing
        "SIG-E301": "role",  # role already signed
        "SIG-E302": "person role",  # person already signed
        "SIG-E303": "start end",  # certificate out of date
        "SIG-E304": "",  # not a signature certificate
        "SIG-E305": "key",  # key type not allowed
        "SIG-E306": "",  # signature does not match the certificate
        "SIG-E307": "field",  # role or place text unusable
        "SIG-E308": "file",  # an existing signature is damaged
        "SIG-E309": "person",  # not a demo officer
        "SIG-E310": "file",  # demo key file damaged
        "SIG-E311": "",  # more signatures than a report may have
        "SIG-E312": "file",  # trust file holds no usable root certificate
        # 4xx: why a signature is not valid
        "SIG-E401": "",  # no signature
        "SIG-E402": "file",  # XML not as written
        "SIG-E403": "file",  # XML with DOCTYPE, entity, comment, CDATA or processing instruction
        "SIG-E404": "file",  # data file changed
        "SIG-E405": "file",  # data file not covered
        "SIG-E406": "file",  # covered file absent
        "SIG-E407": "file",  # signed properties changed
        "SIG-E408": "file",  # signature value wrong
        "SIG-E409": "algorithm",  # algorithm outside the closed list
        "SIG-E410": "file",  # certificate is not the one that was signed
        "SIG-E411": "certificate",  # certificate unreadable, or not issued by the next one
        "SIG-E412": "root",  # root unknown
        "SIG-E413": "certificate time",  # certificate not in date at signing time
        "SIG-E414": "certificate end",  # expired since, and no time stamp proves the date
        "SIG-E415": "certificate",  # keyUsage
        "SIG-E416": "certificate",  # not qualified
        "SIG-E417": "certificate",  # no national number
        "SIG-E418": "role",  # role twice
        "SIG-E419": "person",  # person twice
        "SIG-E420": "time",  # signing time in the future
        "SIG-E421": "file",  # media type differs from the manifest's
        "SIG-E422": "certificate",  # certificate authority may not issue this
        "SIG-E423": "certificate",  # critical extension unknown
        "SIG-E424": "file",  # signature numbering
        "SIG-E430": "file",  # time stamp unreadable or altered
        "SIG-E431": "file",  # time stamp over something else
        "SIG-E432": "certificate",  # not a time-stamping certificate
        "SIG-E433": "time stamp",  # claimed signing time after the time stamp
        "SIG-E440": "certificate time",  # revoked
        "SIG-E441": "certificate",  # no revocation evidence
        "SIG-E442": "file",  # revocation evidence unreadable, altered, or about nobody here
        "SIG-E443": "certificate",  # revocation evidence too old
        "SIG-E444": "certificate",  # OCSP responder without the right
        "SIG-E445": "file",  # certificates that nothing here needs
        "SIG-E446": "certificate time",  # evidence of the future
        "SIG-E499": "file",  # could not be examined to the end
        # 5xx: sealing, and the services that it asks
        "SIG-E501": "host",  # unreachable
        "SIG-E502": "host status",  # refuses
        "SIG-E503": "host",  # answer unusable
        "SIG-E504": "local service",  # clocks differ
        "SIG-E505": "certificate",  # names no service
    }.items()
}
"""code -> names of its parameters."""


def _checked(code: str, params: Mapping[str, str]) -> dict[str, str]:
    if CODES[code] != set(params):
        raise KeyError(code, sorted(params))
    return {name: printable(value) for name, value in params.items()}


def printable(text: str) -> str:
    """Return text that is safe on a screen: no control, no direction mark, nothing invisible."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is refused: a code of ``CODES`` and exactly its parameters."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise KeyError for an unregistered code or other parameters than its own."""
        object.__setattr__(self, "params", _checked(self.code, self.params))


class SignerError(Exception):
    """Signing or reading is refused; ``code`` and ``params`` say why, the texts say it to people."""

    def __init__(self, code: str, **params: str) -> None:
        """Raise KeyError for an unregistered code or other parameters than its own."""
        self.code: str = code
        self.params: dict[str, str] = _checked(code, params)
        super().__init__(code, self.params)

    @property
    def reason(self) -> Reason:
        """The same refusal as a value, for a verdict."""
        return Reason(self.code, self.params)
