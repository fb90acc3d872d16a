"""The local helper as a process: who is answered, what is refused, and that it comes back whatever happens to it."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from addin.transport import client, wire
from addin.transport.wire import BIGGEST_BODY
from tests.addin.drafts import draft, saved
from tests.addin.helpers import IN_MEMORY, PRODUCT, Helper, outcome, run, send, until
from tests.house.kit import ROOT
from tests.tables import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Start = Callable[..., Helper]


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Return what starts helpers; they end with the test."""
    started = []

    def begin(*command: object) -> Helper:
        started.append(Helper(*command))
        return started[-1]

    yield begin
    for one in started:
        one.kill()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a report with a handful of faults."""
    return saved(tmp_path, draft())


ATTACKS = """
| what                          | request                                                            | status |
| ----------------------------- | ------------------------------------------------------------------ | ------ |
| as agreed                     | GET /hello HTTP/1.1~HOST~TOKEN~~                                   | 200    |
| no token                      | GET /hello HTTP/1.1~HOST~~                                         | 401    |
| another token                 | GET /hello HTTP/1.1~HOST~Authorization: Bearer x~~                 | 401    |
| the token in another form     | GET /hello HTTP/1.1~HOST~Authorization: Basic SECRET~~             | 401    |
| the token and one more        | GET /hello HTTP/1.1~HOST~TOKEN~Authorization: Bearer x~~           | 401    |
| a token with strange letters  | GET /hello HTTP/1.1~HOST~Authorization: Bearer é~~                 | 401    |
| a name that leads here        | GET /hello HTTP/1.1~Host: evil.example:PORT~TOKEN~~                | 403    |
| the other name of here        | GET /hello HTTP/1.1~Host: localhost:PORT~TOKEN~~                   | 403    |
| no host                       | GET /hello HTTP/1.1~TOKEN~~                                        | 403    |
| two hosts                     | GET /hello HTTP/1.1~HOST~HOST~TOKEN~~                              | 403    |
| from a page                   | GET /hello HTTP/1.1~HOST~TOKEN~Origin: https://evil.example~~      | 403    |
| from a page of this machine   | GET /hello HTTP/1.1~HOST~TOKEN~Origin: null~~                      | 403    |
| from a hidden page            | GET /hello HTTP/1.1~HOST~TOKEN~x~Origin: null~~                    | 400    |
| a preflight                   | OPTIONS /run HTTP/1.1~HOST~TOKEN~~                                 | 400    |
| an older way                  | GET /hello HTTP/1.0~HOST~TOKEN~~                                   | 400    |
| garbage                       | x~~                                                                | 400    |
| nothing asked                 | POST /run HTTP/1.1~HOST~TOKEN~~                                    | 400    |
| in pieces                     | POST /run HTTP/1.1~HOST~TOKEN~Transfer-Encoding: chunked~~0~~      | 400    |
| less than nothing             | POST /run HTTP/1.1~HOST~TOKEN~Content-Length: -1~~                 | 400    |
| two lengths                   | POST /run HTTP/1.1~HOST~TOKEN~Content-Length: 1~Content-Length: 2~~| 400    |
| no fields                     | POST /run HTTP/1.1~HOST~TOKEN~Content-Length: 1~~x                 | 400    |
| no action                     | POST /run HTTP/1.1~HOST~TOKEN~Content-Length: 9~~action\tx~        | 400    |
| a huge body                   | POST /run HTTP/1.1~HOST~TOKEN~Content-Length: 65537~~              | 413    |
| a huge head                   | GET /hello HTTP/1.1~HOST~TOKEN~HUGE~~                              | 413    |
| more than was told            | GET /hello HTTP/1.1~HOST~TOKEN~~GET /hello HTTP/1.1~~              | 200    |
| half a request                | GET /hello HTTP/1.1~HOST                                           | 408    |
| half a body                   | POST /run HTTP/1.1~HOST~TOKEN~Content-Length: 9~~act               | 408    |
| something else                | GET /etc/passwd HTTP/1.1~HOST~TOKEN~~                              | 404    |
| a job that is none            | GET /jobs/x HTTP/1.1~HOST~TOKEN~~                                  | 404    |
| cancel one that is none       | POST /jobs/x/cancel HTTP/1.1~HOST~TOKEN~~                          | 404    |
"""


def test_whoever_is_no_host_of_this_user_is_refused(start: Start) -> None:
    """Without the token, under another name, from a page, too big, too slow or unreadable: refused, and all goes on."""
    address = start(*IN_MEMORY).address
    for what, request, status in rows(ATTACKS):
        told = request.replace("~", "\r\n").replace("\\t", "\t").replace("HUGE", f"X: {'x' * BIGGEST_BODY}")
        told = told.replace("HOST", f"Host: {address.host}").replace("PORT", str(address.port))
        told = told.replace("TOKEN", f"Authorization: Bearer {address.token}").replace("SECRET", address.token)
        assert (what, send(address, told.encode())) == (what, status)
    assert client.running()


def test_a_huge_body_that_does_come_is_refused_all_the_same(start: Start) -> None:
    """Whoever sends a megabyte hears why it was not taken."""
    start(*IN_MEMORY)
    with pytest.raises(client.RefusedError) as refused:
        client.ask("POST", "/run", [("action", "x" * 2**20)])
    assert refused.value.status == 413


def test_who_dawdles_keeps_nobody_waiting(start: Start) -> None:
    """While a hundred hold their lines open and send a letter now and then, a host is answered at once."""
    address = start(*IN_MEMORY).address
    slow = [socket.create_connection((wire.LOOPBACK, address.port)) for _ in range(100)]
    for line in slow:
        line.sendall(b"G")
    assert client.running()
    assert until(lambda: slow[0].recv(9) or True)
    for line in slow:
        line.close()


def test_only_this_machine_reaches_the_helper(start: Start) -> None:
    """It listens on the loopback address alone: under any other address of this machine nobody answers."""
    address = start(*IN_MEMORY).address
    listening = [line.split() for line in _tcp() if line.split()[1].endswith(f":{address.port:04X}")]
    assert [local for _, local, _, state, *_ in listening if state == "0A"] == [f"0100007F:{address.port:04X}"]
    for other in {*socket.gethostbyname_ex(socket.gethostname())[2], "127.0.0.2", "::1"} - {wire.LOOPBACK}:
        with pytest.raises(OSError, match=r"."):
            socket.create_connection((other, address.port), timeout=2)


def _tcp() -> list[str]:
    return [line for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text("ascii").splitlines()[1:]]


def test_the_token_is_its_users_alone(start: Start, home: Path) -> None:
    """Nobody else can read how to reach the helper, and two starts never share a token."""
    first = start(*IN_MEMORY)
    assert stat.S_IMODE((home / wire.FILE).stat().st_mode) == 0o600
    first.kill()
    assert len(first.address.token) == 43
    assert start(*IN_MEMORY).address.token != first.address.token


def test_the_product_starts_once_answers_and_ends_when_told(start: Start, home: Path) -> None:
    """A second start finds the first one alive and says so; told to stop, it ends and leaves nothing behind."""
    first = start(*PRODUCT)
    second = subprocess.run(
        [sys.executable, *PRODUCT, "--lang", "fr"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert "fonctionne déjà" in second.stdout
    assert wire.published() == first.address
    asked = run("language")
    assert {asked[key] for key in ("state", "name", "kind")} == {"ask", "lang", "choice"}
    assert (asked["title"], asked["choice"]) == ("Language", "en=English")
    told = dict(outcome(run("check", "absent.xlsx")))
    assert (told["tone"], told["code"]) == ("refused", "RU-M12")
    assert client.stop()
    assert first.process.wait(60) == 0
    assert list(home.iterdir()) == []
    assert not client.running()


def test_a_check_through_the_helper_tells_what_a_check_tells(start: Start, book: Path) -> None:
    """A click goes its whole way: begun, progress told, done, told again if the line broke."""
    start(*IN_MEMORY, "--pause", "0.05", book)
    begun = run("check", book.name)
    seen = {until(lambda: dict(client.ask("GET", f"/jobs/{begun['job']}")).get("progress"))}
    told = outcome(begun)
    assert any(text.endswith("…") for text in seen)
    assert dict(told)["tone"] == "found"
    assert dict(told)["title"] == "Check"
    assert client.ask("GET", f"/jobs/{begun['job']}") == told


def test_two_clicks_at_once_are_one(start: Start, tmp_path: Path) -> None:
    """While a workbook is at work a second click in it is refused; another workbook need not wait."""
    one, other = saved(tmp_path, draft(), "one.xlsx"), saved(tmp_path, draft(), "other.xlsx")
    start(*IN_MEMORY, "--pause", "0.2", one, other)
    begun = [run("check", one.name), run("check", one.name), run("check", other.name)]
    assert [told["state"] for told in begun] == ["running", "CONFLICT", "running"]
    assert {dict(outcome(told))["tone"] for told in (begun[0], begun[2])} == {"found"}
    assert run("check", one.name)["state"] == "running"


def test_of_many_clicks_in_the_same_moment_one_is_taken(start: Start, book: Path) -> None:
    """Whoever comes first works; the others hear that the workbook is busy, and the result is one check's."""
    start(*IN_MEMORY, "--pause", "0.2", book)
    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(lambda _: run("check", book.name), range(8)))
    assert sorted(told["state"] for told in begun) == ["CONFLICT"] * 7 + ["running"]
    (job,) = (told for told in begun if told["state"] == "running")
    assert dict(outcome(job))["tone"] == "found"


def test_a_job_that_is_cancelled_says_so_and_writes_nothing(start: Start, book: Path) -> None:
    """Stopped between two steps, the workbook holds no finding."""
    start(*IN_MEMORY, "--pause", "0.2", book)
    begun = run("check", book.name)
    assert client.ask("POST", f"/jobs/{begun['job']}/cancel") == [("state", "cancelling")]
    assert dict(outcome(begun))["first"] == "Interrompu."
    assert dict(outcome(run("next_finding", book.name)))["code"] == "RU-M05"


def test_after_a_crash_in_the_middle_the_next_helper_takes_over(start: Start, book: Path) -> None:
    """Killed while it checks, the helper leaves files as they were, and its address is replaced by the next one's."""
    before = book.read_bytes()
    first = start(*IN_MEMORY, "--pause", "0.2", book)
    assert run("check", book.name)["state"] == "running"
    first.kill()
    assert wire.published() == first.address
    assert not client.running()
    assert book.read_bytes() == before
    second = start(*IN_MEMORY, book)
    assert second.address != first.address
    assert dict(outcome(run("check", book.name)))["tone"] == "found"


def test_nobody_asks_and_it_ends(start: Start, home: Path) -> None:
    """After its time without a request the helper goes, and takes its address with it."""
    one = start(*IN_MEMORY, "--idle", "0.3")
    assert one.process.wait(60) == 0
    assert not (home / wire.FILE).exists()


def test_a_busy_helper_does_not_end(start: Start, book: Path) -> None:
    """A long run is no idleness, even if its host does not ask; nor is what waits to be told dropped."""
    one = start(*IN_MEMORY, "--idle", "0.3", "--pause", "0.2", book)
    begun = run("check", book.name)
    with pytest.raises(subprocess.TimeoutExpired):
        one.process.wait(3)
    assert dict(outcome(begun))["tone"] == "found"
    assert one.process.wait(60) == 0


def test_one_whose_address_was_replaced_ends_and_leaves_the_others(start: Start) -> None:
    """Of two that started in the same moment the one that hosts do not know goes."""
    first = start(*IN_MEMORY)
    second = start(*IN_MEMORY)
    assert first.process.wait(60) == 0
    assert wire.published() == second.address
    assert client.running()


def test_after_an_update_the_new_version_takes_over(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once another version is installed the helper starts it, and goes."""
    metadata = tmp_path / "site" / "rapport_unique-1.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: rapport-unique\nVersion: 1\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    first = start(*IN_MEMORY)
    assert client.running() == first.address.version == "1"
    metadata.write_text("Metadata-Version: 2.1\nName: rapport-unique\nVersion: 2\n", "utf-8")
    assert first.process.wait(60) == 0
    until(lambda: client.running() == "2")
    second = wire.published()
    assert client.stop()
    until(lambda: not Path(f"/proc/{second.pid}").exists())


def test_fields_come_back_as_they_went() -> None:
    """Whatever a value holds, lines and tabs among it, it is the same after the wire."""
    fields = [("first", "a\tb\\n\r\n\\"), ("more", "é€"), ("more", ""), ("key", "\\\\t")]
    assert wire.decode(wire.encode(fields)) == fields
    assert wire.encode(fields).count(b"\n") == len(fields)


@pytest.mark.parametrize("line", ["no tab", "\tno key", "key\t\\", "key\t\\x"])
def test_lines_that_are_no_fields_are_refused(line: str) -> None:
    """What cannot have been written by a host is not guessed at."""
    with pytest.raises(ValueError, match=r"."):
        wire.decode(line.encode())
