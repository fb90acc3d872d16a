"""No byte of a signed package can change unnoticed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signer import archive, container
from signer.archive import Entry
from signer.errors import SignerError
from signer.verify import verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signer.trust import TrustStore


def layout(package: bytes) -> dict[str, range]:
    """Return where the content of each entry lies."""
    places = {}
    for entry in archive.examine(package)[0]:
        start = package.index(entry.name.encode()) + len(entry.name.encode())
        places[entry.name] = range(start, start + len(entry.content))
    return places


def test_every_byte_of_every_file_counts(signed: bytes) -> None:
    """A changed byte in the content of any entry is noticed, and the entry is named."""
    for name, place in layout(signed).items():
        for offset in place:
            damaged = bytearray(signed)
            damaged[offset] ^= 0x20
            found = container.examine(bytes(damaged))[1]
            assert name in {reason.params.get("file") for reason in found}, (name, offset)


def test_every_bit_of_the_archive_s_own_bytes_counts(signed: bytes) -> None:
    """A flipped bit in any header or in the directory is noticed."""
    contents = {offset for place in layout(signed).values() for offset in place}
    for offset in set(range(len(signed))) - contents:
        for bit in range(8):
            damaged = bytearray(signed)
            damaged[offset] ^= 1 << bit
            assert container.examine(bytes(damaged))[1], (offset, bit)


@pytest.mark.parametrize("number", [0, 1])
def test_a_changed_signature_is_refused_even_with_its_checksum_mended(
    signed: bytes, store: TrustStore, number: int
) -> None:
    """Whoever edits a signature file and mends the archive around it is still found out, at any byte."""
    name = container.signature_name(number)
    entries = archive.examine(signed)[0]
    content = next(one.content for one in entries if one.name == name)
    for offset in random.Random(number).sample(range(len(content)), 150):
        damaged = bytearray(content)
        damaged[offset] ^= 0x01
        mended = [Entry(one.name, bytes(damaged) if one.name == name else one.content) for one in entries]
        verdict = verify(archive.write(mended), store)
        assert not verdict.valid, offset
        assert verdict.signatures[number].reasons, offset


def test_five_thousand_random_damages(signed: bytes, store: TrustStore) -> None:
    """Random flips, cuts, insertions and repetitions: never valid, never an exception."""
    chance = random.Random(20250227)
    for _ in range(5000):
        damaged = bytearray(signed)
        at = chance.randrange(len(damaged))
        match chance.randrange(5):
            case 0 | 1:
                damaged[at] ^= 1 << chance.randrange(8)
            case 2:
                del damaged[at:]
            case 3:
                damaged[at:at] = chance.randbytes(chance.randint(1, 8))
            case _:
                damaged[at : at + chance.randint(1, 40)] = b""
        if damaged != signed:
            verdict = verify(bytes(damaged), store)
            found = {reason.code for one in verdict.signatures for reason in one.reasons}
            assert not verdict.valid
            assert "SIG-E499" not in found, "this damage was not foreseen"


@given(garbage=st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_garbage_is_refused(store: TrustStore, garbage: bytes) -> None:
    """Anything at all can be handed to verify."""
    assert not verify(garbage, store).valid


_NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
_FILES = st.dictionaries(_NAMES, st.tuples(st.binary(max_size=50), st.just("text/plain")), max_size=6)


@given(files=_FILES)
@settings(max_examples=300, deadline=None)
def test_a_package_gives_back_what_was_put_in(files: Mapping[str, tuple[bytes, str]]) -> None:
    """Whatever build accepts, read returns in the same order; everything else is refused with a code."""
    try:
        package = container.build(files)
    except SignerError:
        return
    found = container.read(package).files
    assert list(found.items()) == list(files.items())
    assert container.build(found) == package
    assert archive.write(archive.examine(package)[0]) == package
