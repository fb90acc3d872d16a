"""The VBA project: other programs read back what went in, and nothing but what went in."""

from __future__ import annotations

import io

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oletools.olevba import VBA_Parser, decompress_stream

from addin.excel import compound, vba, vbaproject
from tests.tables import rows

PUBLISHED = """
| text                    | times | container                                                  |
| ----------------------- | ----- | ---------------------------------------------------------- |
| abcdefghijklmnopqrstuv. | 1     | 0119b000616263646566676800696a6b6c6d6e6f70007172737475762e |
| a                       | 73    | 0103b002614500                                             |
"""
"""The specification's own examples."""

PROTECTION = """
| line                         | data     | identity                               |
| ---------------------------- | -------- | -------------------------------------- |
| 5D5F8AADDAA8DEA8DEA8DEA8DE   | 00000000 | {318BEE36-5BE1-492A-826D-473DB19B0F30} |
| 5D5F8AADDAADDBADDBAD         | 00       | {318BEE36-5BE1-492A-826D-473DB19B0F30} |
| 5D5F8AADDAADDBADDB52         | ff       | {318BEE36-5BE1-492A-826D-473DB19B0F30} |
"""
"""Lines that Excel itself wrote: no protection, no password, visible."""


def decrypted(line: str) -> tuple[int, bytes]:
    """Return the key and the data of a line of protection, as section 2.4.3.3 reads it."""
    told = bytes.fromhex(line)
    key = told[1 + 1] ^ told[0]
    plain, found = key, bytearray()
    for at in range(3, len(told)):
        plain = told[at] ^ ((told[at - 2] + plain) & 0xFF)
        found.append(plain)
    data = found[(told[0] & 6) // 2 :]
    assert int.from_bytes(data[:4], "little") == len(data) - 4
    return key, bytes(data[4:])


@pytest.mark.parametrize(("line", "data", "identity"), rows(PROTECTION))
def test_protection_is_told_as_excel_tells_it(line: str, data: str, identity: str) -> None:
    """Our line differs from Excel's in the bytes that mean nothing, and says the same."""
    ours = vbaproject.encrypt(bytes.fromhex(data), 0x5D, identity)
    assert ours[:6] == line[:6]
    assert decrypted(ours) == decrypted(line)
    assert decrypted(ours)[1].hex() == data


@pytest.mark.parametrize(("text", "times", "container"), rows(PUBLISHED))
def test_the_published_examples_come_out(text: str, times: str, container: str) -> None:
    """Text is compressed as the specification's examples are."""
    assert vbaproject.compress(text.encode() * int(times)).hex() == container


@given(st.lists(st.sampled_from(["a", "End Sub\r\n", "é", "    ", "Public Function F"]), max_size=3000).map("".join))
def test_what_was_compressed_comes_back(text: str) -> None:
    """Another program's decompression gives the same text, whatever its length."""
    data = text.encode("cp1252")
    assert bytes(decompress_stream(bytearray(vbaproject.compress(data)))) == data


@settings(max_examples=25)
@given(st.dictionaries(st.from_regex("[A-Za-z_]{1,20}", fullmatch=True), st.binary(max_size=9000), max_size=12))
def test_streams_come_back_from_a_compound_file(streams: dict[str, bytes]) -> None:
    """Another program finds every stream, small or large, at its place, and nothing to complain of."""
    unlike = {name.upper(): (name, data) for name, data in streams.items()}
    wanted = dict(unlike.values())
    data = compound.build({"Inner": wanted, "Outer": b"x" * 5000})
    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_POTENTIAL) as found:
        assert found.parsing_issues == []
        assert sorted(found.listdir()) == sorted([["Outer"], *(["Inner", name] for name in wanted)])
        for name, content in wanted.items():
            assert not content or found.openstream(["Inner", name]).read() == content


def test_a_directory_is_a_sound_tree() -> None:
    """Left is before, right is behind, red has no red child, and every way down meets as many black ones."""
    for count in range(1, 40):
        data = compound.build({"A": {f"name{number:0{1 + number % 3}}": b"" for number in range(count)}})
        with olefile.OleFileIO(io.BytesIO(data)) as found:
            entries = found.direntries
            inner = next(entry for entry in entries if entry and entry.name == "A")
            assert len(set(_blacks(entries, inner.sid_child, 0, black=False))) == 1


def _blacks(entries: list[olefile.OleDirectoryEntry], number: int, seen: int, *, black: bool) -> list[int]:
    if number == olefile.NOSTREAM:
        return [seen]
    entry = entries[number]
    assert entry.color or black or not seen
    for side, is_before in ((entry.sid_left, True), (entry.sid_right, False)):
        if side != olefile.NOSTREAM:
            other = entries[side].name
            assert ((len(other), other.upper()) < (len(entry.name), entry.name.upper())) is is_before
    found = []
    for side in (entry.sid_left, entry.sid_right):
        found += _blacks(entries, side, seen + entry.color, black=bool(entry.color))
    return found


def test_the_modules_come_back() -> None:
    """A program that looks for viruses reads exactly our sources, module by module."""
    modules = vba.modules()
    read = VBA_Parser("project.bin", data=vbaproject.build(vba.PROJECT, modules))
    found = {stream.removeprefix("VBA/"): code for _, stream, _, code in read.extract_macros()}
    assert found == {module.name: module.source.replace("\n", "\r\n") for module in modules}


def test_nothing_is_compiled() -> None:
    """The version says so, each source begins its stream, and no cache stands beside them."""
    data = vbaproject.build(vba.PROJECT, vba.modules())
    with olefile.OleFileIO(io.BytesIO(data)) as found:
        assert found.openstream(["VBA", "_VBA_PROJECT"]).read() == b"\xcc\x61\xff\xff\0\0\0"
        names = {"/".join(path) for path in found.listdir()}
    assert names == {"PROJECT", "PROJECTwm", "VBA/_VBA_PROJECT", "VBA/dir"} | {
        f"VBA/{module.name}" for module in vba.modules()
    }
