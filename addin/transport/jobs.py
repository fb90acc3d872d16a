"""What the local helper does: the next thing to ask for, then the macro in a thread of its own, one a workbook."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from addin.macros.steps import Told, refused
from addin.transport.books import Host, Place, opened
from addin.transport.clicks import Click, Field, click
from addin.transport.wire import WireError

if TYPE_CHECKING:
    from xlwings import Book

FORGOTTEN = 60.0
"""Seconds after which what a job had to tell is dropped, told or not."""
_ANSWER = "answer."


@dataclass(slots=True)
class Job:
    """A macro that runs, or has run."""

    click: Click
    place: Place
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    cancelled: threading.Event = field(default_factory=threading.Event)
    progress: str = ""
    told: Told | None = None
    """What it had to say; None while it runs."""
    done_at: float = 0.0
    heard: bool = False
    """Whether a host has asked since it was done."""


class Jobs:
    """The jobs of one helper; ``books`` leads to the workbook that is meant."""

    def __init__(self, books: Callable[[Place], AbstractContextManager[Book]] = opened) -> None:
        self._books = books
        self._jobs: dict[str, Job] = {}

    @property
    def busy(self) -> bool:
        """Whether anything runs, or waits to be told."""
        return any(not job.heard for job in self._jobs.values())

    def begin(self, told: Mapping[str, str]) -> Sequence[Field]:
        """Ask for what is missing, else begin what a host sends.

        ValueError where it cannot be understood, WireError where something runs in that workbook.
        """
        answers = {key.removeprefix(_ANSWER): value for key, value in told.items() if key.startswith(_ANSWER)}
        try:
            place = Place(Host(told["host"]), told["window"], told["book"], told["path"])
            clicked = click(told["action"], told.get("lang", ""), answers)
        except KeyError as error:
            raise ValueError(*error.args) from None
        if asked := clicked.ask():
            return asked
        if any(job.told is None and job.place == place for job in self._jobs.values()):
            raise WireError(HTTPStatus.CONFLICT)
        job = Job(clicked, place)
        self._jobs[job.id] = job
        threading.Thread(target=self._run, args=(job,), daemon=True).start()
        return [("state", "running"), ("job", job.id)]

    def look(self, job_id: str) -> Sequence[Field]:
        """Tell how a job stands; WireError where there is none."""
        job = self._job(job_id)
        if job.told is None:
            return [("state", "running"), ("progress", job.progress)]
        job.heard = True
        return job.click.tell(job.told)

    def cancel(self, job_id: str) -> Sequence[Field]:
        """Stop a job before its next step; WireError where there is none."""
        self._job(job_id).cancelled.set()
        return [("state", "cancelling")]

    def forget(self) -> None:
        """Drop what was to be told long ago."""
        now = time.monotonic()
        for job in [job for job in self._jobs.values() if job.told and now - job.done_at > FORGOTTEN]:
            del self._jobs[job.id]

    def _job(self, job_id: str) -> Job:
        if job_id not in self._jobs:
            raise WireError(HTTPStatus.NOT_FOUND)
        return self._jobs[job_id]

    def _run(self, job: Job) -> None:
        def progress(text: str) -> None:
            job.progress = text

        try:
            with self._books(job.place) as book:
                click = job.click
                told = click.action.macro(
                    book,
                    cancelled=job.cancelled.is_set,
                    progress=progress,
                    host_lang=click.lang,
                    native=job.place.host is Host.EXCEL,
                    **click.answers,
                )
        except Exception as error:  # noqa: BLE001 - whatever happens, the user gets a sentence
            told = refused(error, job.click.lang)
        job.done_at = time.monotonic()
        job.told = told
