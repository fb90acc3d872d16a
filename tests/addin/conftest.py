"""What the tests of the add-in share: the user's folder, and one LibreOffice for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from addin import files
from tests.addin.desks import InMemory, LibreOffice
from tests.addin.office import Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.addin.desks import Desk


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a user's folder of its own, and no viewer."""
    folder = tmp_path / "home"
    monkeypatch.setenv(files.HOME_VARIABLE, str(folder))
    monkeypatch.setattr("typer.launch", lambda _path: 0)
    return folder


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Return a running LibreOffice."""
    started = Office(tmp_path_factory.mktemp("office"))
    yield started
    started.close()


@pytest.fixture(
    params=[
        pytest.param("in memory"),
        pytest.param("LibreOffice", marks=[pytest.mark.needs("soffice", "uno"), pytest.mark.xdist_group("office")]),
    ]
)
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Return a spreadsheet, one after the other; its workbooks are closed with the test."""
    made: Desk = InMemory() if request.param == "in memory" else LibreOffice(request.getfixturevalue("office"))
    yield made
    made.close()
