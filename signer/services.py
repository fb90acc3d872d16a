"""Services: the only place that talks to the network, and only when a package is sealed."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Protocol
from urllib.parse import urlsplit

from signer.errors import SignerError

TIMEOUT: Final = 15.0
"""Seconds for each try."""
TRIES: Final = 2
MAX_ANSWER: Final = 16 * 2**20


class Services(Protocol):
    """Whoever carries questions to time-stamping, OCSP and list services."""

    def ask(self, url: str, question: bytes | None = None, media_type: str = "") -> bytes:
        """Return the answer to a question (POST), or what lies at ``url`` (GET) if there is none.

        Raises SignerError: unreachable (SIG-E501), refused (SIG-E502).
        """


def clock(url: str, timeout: float) -> datetime | None:
    """Return the time by the clock of whoever answers at ``url``, to the second; None where nobody does."""
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - addresses of ours
    try:
        with urllib.request.build_opener().open(request, timeout=timeout) as answer:
            headers = answer.headers
    except urllib.error.HTTPError as error:  # an answer too
        headers = error.headers
        error.close()
    except (OSError, ValueError, http.client.HTTPException):
        return None
    try:
        return parsedate_to_datetime(headers.get("Date", "")).astimezone(UTC)
    except ValueError:
        return None


class Http:
    """HTTP through the proxies that the environment names, with a time-out and one more try."""

    def ask(self, url: str, question: bytes | None = None, media_type: str = "") -> bytes:
        """Return the answer; see ``Services``."""
        host = urlsplit(url).hostname or url
        if urlsplit(url).scheme not in {"http", "https"}:
            raise SignerError("SIG-E501", host=host)
        headers = {"Content-Type": media_type} if media_type else {}
        request = urllib.request.Request(url, question, headers)  # noqa: S310 - the scheme was checked
        opener = urllib.request.build_opener()  # looks at the environment's proxies now, not at first use
        for attempt in range(TRIES):
            try:
                with opener.open(request, timeout=TIMEOUT) as answer:
                    return bytes(answer.read(MAX_ANSWER))
            except urllib.error.HTTPError as error:
                error.close()
                raise SignerError("SIG-E502", host=host, status=str(error.code)) from error
            except (OSError, ValueError, http.client.HTTPException) as error:
                if attempt + 1 == TRIES:
                    raise SignerError("SIG-E501", host=host) from error
        raise AssertionError
