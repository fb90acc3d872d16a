"""What the tests of the local helper share: a helper process, and requests as anybody might send them."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from addin.transport import client, wire
from tests.house.kit import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from addin.transport.wire import Address, Field

_PATIENCE = 60
PRODUCT = ("-m", "addin.cli", "helper")
IN_MEMORY = ("-m", "tests.addin.helper_process")


class Helper:
    """A helper that runs."""

    def __init__(self, *command: object) -> None:
        """Start one with Python; it is there when it has published itself."""
        before = wire.published()
        self.process = subprocess.Popen(
            [sys.executable, *map(str, command)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.address: Address = until(lambda: (now := wire.published()) != before and now)

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return self.process.poll() is not None


def until(condition: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the condition gives
    """Wait until something is true, and return it."""
    end = time.monotonic() + _PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return found


def send(address: Address, data: bytes) -> str:
    """Send bytes as they are; return the status of the answer, as figures, and nothing where there is no answer."""
    with socket.create_connection((wire.LOOPBACK, address.port), timeout=_PATIENCE) as line:
        line.sendall(data)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return answer[9:12].decode()


def run(action: str, book: str = "", **answers: str) -> dict[str, str]:
    """Click on an action; return the first answer, or the refusal's status."""
    fields: list[Field] = [("action", action), ("host", "excel"), ("window", ""), ("book", book), ("path", book)]
    try:
        return dict(client.ask("POST", "/run", [*fields, *((f"answer.{k}", v) for k, v in answers.items())]))
    except client.RefusedError as error:
        return {"state": HTTPStatus(error.status).name}


def outcome(begun: dict[str, str]) -> list[Field]:
    """Return what a job has to tell at its end."""
    assert begun.get("state") == "running", begun
    told: list[Field] = until(
        lambda: (now := client.ask("GET", f"/jobs/{begun['job']}"))[0] != ("state", "running") and now
    )
    return told
