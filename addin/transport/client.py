"""Asks the local helper, from Python: for whoever installs, examines or tests it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from addin.transport import wire
from addin.transport.wire import Field

_PATIENCE = 10.0
"""Seconds that a helper may take to answer."""


class NobodyError(Exception):
    """No helper answers: none was started, or it was killed."""


class RefusedError(Exception):
    """The helper refuses; ``status`` says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


def ask(method: str, path: str, fields: Iterable[Field] = ()) -> list[Field]:
    """Return the helper's answer; NobodyError where there is none, RefusedError where it is a refusal."""
    address = wire.published()
    if address is None:
        raise NobodyError
    connection = HTTPConnection(wire.LOOPBACK, address.port, timeout=_PATIENCE)
    try:
        headers = {"Authorization": f"Bearer {address.token}", "Content-Type": wire.CONTENT_TYPE}
        connection.request(method, path, wire.encode(fields), headers)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, HTTPException) as error:
        raise NobodyError from error
    finally:
        connection.close()
    if answer.status != HTTPStatus.OK:
        raise RefusedError(HTTPStatus(answer.status))
    return wire.decode(body)


def running() -> str:
    """Return the version of the helper that answers; empty where none does."""
    try:
        return dict(ask("GET", "/hello"))["version"]
    except (NobodyError, RefusedError, KeyError, ValueError):
        return ""


def stop(patience: float = _PATIENCE) -> bool:
    """Have the helper end once it is idle; return whether none is left."""
    try:
        ask("POST", "/stop")
    except (NobodyError, RefusedError):
        return not running()
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if wire.published() is None:
            return True
        time.sleep(0.05)
    return False
