"""The local helper: answers a user's spreadsheets on this machine, warm, so that a click need start no process.

It listens on the loopback address alone, to whoever knows a token that only this user can read. It keeps no log. What
is said is in :mod:`addin.transport.wire`, what is done in :mod:`addin.transport.jobs`.
"""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from addin.transport import wire
from addin.transport.wire import Address, Field, WireError

if TYPE_CHECKING:
    from addin.transport.jobs import Jobs

PATIENCE = 5.0
"""Seconds in which a request must have come whole, and its answer have gone."""
IDLE = 8 * 60 * 60.0
"""Seconds without a request after which the helper ends: a working day. The next logon starts it again."""
_LOOK_AROUND = 5.0
"""Seconds between two looks at the clock and at the installed version."""
_SOON = 0.1
"""Seconds between two looks while only a job keeps it from ending."""
_DISTRIBUTION = "rapport-unique"


def installed() -> str:
    """Return the version that is installed now, which may be newer than the one that runs; empty in mid-update."""
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        return ""


def _warm() -> Jobs:
    """Load what the macros need, and check an empty template once, so that the first click is as quick as the next."""
    from addin.transport.jobs import Jobs  # noqa: PLC0415 - heavy: loaded while the helper listens already
    from validators import check, pdf, summary  # noqa: F401, PLC0415 - as above
    from workbook_templates import packs  # noqa: PLC0415 - as above
    from workbook_templates.build import build  # noqa: PLC0415 - as above

    check.check(build(packs.load(*packs.available()[0]), "fr"))
    gc.collect()
    gc.freeze()
    return Jobs()


def silent(_line: str) -> None:
    """Keep no trace."""


@dataclass
class Helper:
    """One helper, from its start to its end."""

    make: Callable[[], Jobs] = _warm
    """Returns the jobs, in a thread of its own while the helper listens already."""
    idle: float = IDLE
    patience: float = PATIENCE
    look_around: float = _LOOK_AROUND
    trace: Callable[[str], None] = silent
    """Is told each request: what it was about and how it ended, nothing of what it held."""
    outdated: bool = False
    """Whether it ended because another version is installed."""
    _started_as: str = field(default_factory=installed)
    _asked_at: float = field(default_factory=time.monotonic)
    _met: set[asyncio.Task[Any]] = field(default_factory=set)
    _told_to_end: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self) -> None:
        """Listen until there is a reason to end."""
        server = await asyncio.start_server(self._meet, wire.LOOPBACK, 0, limit=wire.BIGGEST_HEAD)
        self._warm = asyncio.create_task(asyncio.to_thread(self.make))
        port = server.sockets[0].getsockname()[1]
        self._address = Address(port, secrets.token_urlsafe(32), self._started_as, os.getpid())
        self._address.publish()
        try:
            loop, this = asyncio.get_running_loop(), asyncio.current_task()
            with suppress(NotImplementedError):  # Windows, where a process that is to end just ends
                loop.add_signal_handler(signal.SIGTERM, this.cancel)  # type: ignore[union-attr]
            with suppress(asyncio.CancelledError):
                jobs = await self._warm
                self._asked_at = time.monotonic()
                while not await self._over(jobs):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._told_to_end.wait(), self.look_around)
        finally:
            self._address.withdraw()
            server.close()
            if self._met:
                await asyncio.wait(self._met, timeout=_SOON)

    async def _over(self, jobs: Jobs) -> bool:
        jobs.forget()
        if jobs.busy:
            self._asked_at = time.monotonic()
            if self._told_to_end.is_set():
                await asyncio.sleep(_SOON)
            return False
        now = installed()
        self.outdated = bool(now) and now != self._started_as
        replaced = wire.published() != self._address
        return self.outdated or replaced or self._told_to_end.is_set() or time.monotonic() - self._asked_at > self.idle

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request; whoever dawdles is left, and keeps nobody waiting."""
        if this := asyncio.current_task():
            self._met.add(this)
            this.add_done_callback(self._met.discard)
        with suppress(OSError, TimeoutError, asyncio.CancelledError):
            writer.write(await self._answer(reader))
            async with asyncio.timeout(self.patience):
                await writer.drain()
                # Who is cut off in the middle of sending sees no answer.
                writer.write_eof()
                while await reader.read(wire.BIGGEST_BODY):
                    pass
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        about, status, told = "?", HTTPStatus.OK, list[Field]()
        try:
            async with asyncio.timeout(self.patience):
                head = wire.read_head(await reader.readuntil(b"\r\n\r\n"), self._address)
                body = await reader.readexactly(head.length)
            about = f"{head.method} {head.path.split('/')[1]}"
            self._asked_at = time.monotonic()
            told = list(await self._do(head.method, head.path, body))
        except WireError as error:
            status = error.status
        except TimeoutError:
            status = HTTPStatus.REQUEST_TIMEOUT
        except asyncio.LimitOverrunError:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        except (asyncio.IncompleteReadError, ValueError):
            status = HTTPStatus.BAD_REQUEST
        shown = " ".join(value for key, value in told if key in {"state", "tone", "code"})
        if shown != "running" or about != "GET jobs":  # ten times a second
            self.trace(f"{about} {status.value} {shown}".rstrip())
        return wire.answer(status, told)

    async def _do(self, method: str, path: str, body: bytes) -> Iterable[Field]:
        match method, path.split("/")[1:]:
            case "GET", ["hello"]:
                busy = self._warm.done() and self._warm.result().busy
                return ("version", self._started_as), ("state", "busy" if busy else "idle")
            case "POST", ["stop"]:
                self._told_to_end.set()
                return [("state", "stopping")]
            case "POST", ["run"]:
                told = wire.one(wire.decode(body))
                return (await asyncio.shield(self._warm)).begin(told)
            case "GET", ["jobs", job]:
                return (await asyncio.shield(self._warm)).look(job)
            case "POST", ["jobs", job, "cancel"]:
                return (await asyncio.shield(self._warm)).cancel(job)
        raise WireError(HTTPStatus.NOT_FOUND)


def run(helper: Helper) -> None:
    """Serve until the helper ends; after an update begin anew, as what is installed now."""
    gc.enable()
    asyncio.run(helper.serve())
    if helper.outdated:
        subprocess.Popen([sys.executable, *sys.orig_argv[1:]], start_new_session=True)  # noqa: S603 - ourselves
