"""A forger's workshop: every way to tamper with a signed package that the attack table names.

Some forgers are outsiders who only edit bytes; some are officers themselves, with a key, who sign what the
program would never write.
"""

from __future__ import annotations

import base64
import dataclasses
import re
import struct
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from signer import archive, container, xades, xml
from signer.archive import Entry
from signer.sign import sign

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from signer.container import DataFile
    from signer.demo import DemoToken

XLSX, REPORT, SUMMARY = "Rapport été 2025.xlsx", "report.json", "summary.pdf"
FIRST, SECOND = "META-INF/signatures0.xml", "META-INF/signatures1.xml"


@dataclasses.dataclass(frozen=True)
class Workshop:
    """A good package, and the officers' tokens for forgeries from inside."""

    signed: bytes
    unsigned: bytes
    secretary: DemoToken
    president: DemoToken

    @property
    def entries(self) -> list[Entry]:
        """The entries of the good package."""
        return archive.examine(self.signed)[0]

    @property
    def files(self) -> Mapping[str, DataFile]:
        """Its documents."""
        return container.read(self.signed).files

    def edited(self, name: str, edit: Callable[[bytes], bytes]) -> bytes:
        """Return the package, well-formed, with one entry's content edited."""
        entries = [one if one.name != name else Entry(name, edit(one.content)) for one in self.entries]
        assert entries != self.entries, "the forgery changes nothing"
        return archive.write(entries)

    def replaced(self, old: str, new: str, name: str = FIRST) -> bytes:
        """Return the package with one text of an entry, found exactly, replaced."""

        def edit(content: bytes) -> bytes:
            assert content.count(old.encode()) >= 1, old
            return content.replace(old.encode(), new.encode(), 1)

        return self.edited(name, edit)

    def patched(self, offset: int, layout: str, *values: int) -> bytes:
        """Return the package with raw bytes overwritten."""
        changed = bytearray(self.signed)
        struct.pack_into(layout, changed, offset, *values)
        return bytes(changed)

    def local(self, name: str) -> int:
        """Return the offset of an entry's local header."""
        return self.signed.index(name.encode()) - 30

    def central(self, name: str) -> int:
        """Return the offset of an entry's directory record."""
        return self.signed.rindex(name.encode()) - 46

    def rewritten(self, compression: int) -> bytes:
        """Return the package as another archive program saves it."""
        target = BytesIO()
        with zipfile.ZipFile(target, "w") as out:
            for entry in self.entries:
                out.writestr(zipfile.ZipInfo(entry.name), entry.content, compress_type=compression)
        return target.getvalue()

    def with_entry(self, entry: Entry, *, listed: bool = False) -> bytes:
        """Return the package with one more data entry, in the manifest or not."""
        at = next(position for position, one in enumerate(self.entries) if one.name == container.MANIFEST)
        entries = [*self.entries[:at], entry, *self.entries[at:]]
        if listed:
            types = {name: one.mimetype for name, one in self.files.items()} | {entry.name: "text/plain"}
            entries = _with_manifest(entries, types)
        return archive.write(entries)

    def without(self, name: str, *, unlisted: bool = False) -> bytes:
        """Return the package without one entry; ``unlisted``: taken out of the manifest too."""
        entries = [one for one in self.entries if one.name != name]
        if unlisted:
            entries = _with_manifest(entries, {file: one.mimetype for file, one in self.files.items() if file != name})
        return archive.write(entries)

    def by_insider(self, edit: Callable[[etree._Element], None]) -> bytes:
        """Return the package whose first signature the Secretary has signed anew after editing its XML."""

        def forge(content: bytes) -> bytes:
            root = etree.fromstring(content)
            edit(root)
            info = root.find(".//ds:SignedInfo", xades.NAMESPACES)
            value = self.secretary.sign(xml.canonical(info))
            root.find(".//ds:SignatureValue", xades.NAMESPACES).text = base64.b64encode(value).decode()
            return xml.serialise(root)

        return self.edited(FIRST, forge)

    def signature(self, **changes: object) -> bytes:
        """Return the package whose first signature the Secretary makes over other values."""
        first = xades.parse(container.read(self.signed).signatures[0], FIRST)
        forged = dataclasses.replace(first, **changes)
        forged = dataclasses.replace(forged, value=self.secretary.sign(xades.signed_info(forged)))
        return self.edited(FIRST, lambda _: xml.serialise(xades.render(forged)))


def _with_manifest(entries: list[Entry], types: Mapping[str, str]) -> list[Entry]:
    documents = {name: (b"", mimetype) for name, mimetype in types.items()}
    manifest = next(one for one in archive.examine(container.build(documents))[0] if one.name == container.MANIFEST)
    return [manifest if one.name == container.MANIFEST else one for one in entries]


def _transform(algorithm: str) -> Callable[[etree._Element], None]:
    """Add a transform to the first data reference."""

    def edit(root: etree._Element) -> None:
        reference = root.find(".//ds:Reference", xades.NAMESPACES)
        transforms = etree.Element(f"{{{xades.NAMESPACES['ds']}}}Transforms")
        etree.SubElement(transforms, f"{{{xades.NAMESPACES['ds']}}}Transform", Algorithm=algorithm)
        reference.insert(0, transforms)

    return edit


def _algorithm(path: str, algorithm: str) -> Callable[[etree._Element], None]:
    def edit(root: etree._Element) -> None:
        root.find(f".//{path}", xades.NAMESPACES).set("Algorithm", algorithm)

    return edit


def _wrapped(root: etree._Element) -> None:
    """Move the signed properties aside and put forged ones where a reader looks first."""
    signed = root.find(".//xades:SignedProperties", xades.NAMESPACES)
    forged = etree.fromstring(etree.tostring(signed))
    forged.find(".//xades:ClaimedRole", xades.NAMESPACES).text = "president"
    forged.set("Id", "forged")
    signed.addprevious(forged)


def _second_object(root: etree._Element) -> None:
    signature = root.find("ds:Signature", xades.NAMESPACES)
    forged = etree.fromstring(etree.tostring(signature.find("ds:Object", xades.NAMESPACES)))
    forged.find(".//xades:ClaimedRole", xades.NAMESPACES).text = "president"
    signature.append(forged)


def _second_signature(root: etree._Element) -> None:
    root.append(etree.fromstring(etree.tostring(root[0])))


def _reference_twice(root: etree._Element) -> None:
    reference = root.find(".//ds:Reference", xades.NAMESPACES)
    reference.addnext(etree.fromstring(etree.tostring(reference)))


def _external_reference(root: etree._Element) -> None:
    root.find(".//ds:Reference", xades.NAMESPACES).set("URI", "file:///etc/hostname")


def _unsigned_properties(root: etree._Element) -> None:
    qualifying = root.find(".//xades:QualifyingProperties", xades.NAMESPACES)
    unsigned = etree.SubElement(qualifying, f"{{{xades.NAMESPACES['xades']}}}UnsignedProperties")
    etree.SubElement(unsigned, f"{{{xades.NAMESPACES['xades']}}}UnsignedSignatureProperties")


def _certificates(edit: Callable[[list[etree._Element]], None]) -> Callable[[bytes], bytes]:
    """Edit the list of certificates in KeyInfo."""

    def forge(content: bytes) -> bytes:
        root = etree.fromstring(content)
        data = root.find(".//ds:X509Data", xades.NAMESPACES)
        found = list(data)
        edit(found)
        data[:] = found
        return xml.serialise(root)

    return forge


def _swap(first: str, second: str) -> Callable[[Workshop], bytes]:
    """Exchange the contents of two entries."""

    def forge(shop: Workshop) -> bytes:
        content = {one.name: one.content for one in shop.entries}
        content[first], content[second] = content[second], content[first]
        return archive.write(Entry(one.name, content[one.name]) for one in shop.entries)

    return forge


def _transplanted(shop: Workshop) -> bytes:
    """Take a true signature over another report."""
    other = container.build({**shop.files, REPORT: (b'{"rows_total": 1}', "application/json")})
    true = container.read(sign(other, shop.secretary, role="secretary")).signatures[0]
    return shop.edited(FIRST, lambda _: true)


def _both_in(role: str, again: str) -> Callable[[Workshop], bytes]:
    """Let two officers sign in one role, each on an own copy, and put both together."""

    def forge(shop: Workshop) -> bytes:
        first = sign(shop.unsigned, shop.secretary, role=role)
        second = container.read(sign(first, shop.president, role="other")).signatures[1]
        parsed = dataclasses.replace(xades.parse(second, SECOND), role=again)
        parsed = dataclasses.replace(parsed, value=shop.president.sign(xades.signed_info(parsed)))
        return container.append_signature(first, xml.serialise(xades.render(parsed)))

    return forge


def _one_person(shop: Workshop) -> bytes:
    """Let the Secretary sign as President as well."""
    first = sign(shop.unsigned, shop.secretary, role="secretary")
    parsed = xades.parse(container.read(first).signatures[0], FIRST)
    parsed = dataclasses.replace(parsed, role="president", number=1)
    parsed = dataclasses.replace(parsed, value=shop.secretary.sign(xades.signed_info(parsed)))
    return container.append_signature(first, xml.serialise(xades.render(parsed)))


def _reordered(shop: Workshop) -> bytes:
    """Put the documents in another order, in the archive and in the manifest."""
    entries = shop.entries
    entries[1], entries[2] = entries[2], entries[1]
    types = {one.name: shop.files[one.name].mimetype for one in entries if one.name in shop.files}
    return archive.write(_with_manifest(entries, types))


def _gap(shop: Workshop) -> bytes:
    """Hide bytes before the first entry, with every offset adjusted."""
    hidden = b"MZ hidden program"
    changed = bytearray(hidden + shop.signed)
    end = len(changed) - 22
    start = struct.unpack_from("<I", changed, end + 16)[0] + len(hidden)
    struct.pack_into("<I", changed, end + 16, start)
    for found in re.finditer(b"PK\x01\x02", changed[start:]):
        at = start + found.start() + 42
        struct.pack_into("<I", changed, at, struct.unpack_from("<I", changed, at)[0] + len(hidden))
    return bytes(changed)


def _encrypted(shop: Workshop) -> bytes:
    changed = bytearray(shop.patched(shop.local(REPORT) + 6, "<H", 1))
    struct.pack_into("<H", changed, shop.central(REPORT) + 8, 1)
    return bytes(changed)


def _bomb(shop: Workshop) -> bytes:
    target = BytesIO(shop.signed)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr("zeros.bin", bytes(50 * 2**20))
    return target.getvalue()


def _renamed_role(root: etree._Element) -> None:
    root.find(".//xades:ClaimedRole", xades.NAMESPACES).text = "president"


def _with_digest(edit: Callable[[etree._Element], None]) -> Callable[[bytes], bytes]:
    """Edit the signed properties and recompute their digest, as somebody without the key can."""

    def forge(content: bytes) -> bytes:
        root = etree.fromstring(content)
        edit(root)
        value = xades.digest(xml.canonical(root.find(".//xades:SignedProperties", xades.NAMESPACES)))
        last = root.findall(".//ds:SignedInfo/ds:Reference/ds:DigestValue", xades.NAMESPACES)[-1]
        last.text = base64.b64encode(value).decode()
        return xml.serialise(root)

    return forge


def _utf16(content: bytes) -> bytes:
    return content.decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16")


def _padding_bits(content: bytes) -> bytes:
    """Change bits of the certificate's base64 that decode to nothing."""
    found = re.search(rb"([A-Za-z0-9+/])(=+)</ds:DigestValue>", content)
    letter = base64.b64encode(bytes([0, 0, 0]))[:1]
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = alphabet[alphabet.index(found[1]) ^ 1 : (alphabet.index(found[1]) ^ 1) + 1]
    assert letter
    return content[: found.start(1)] + other + content[found.end(1) :]


def _der_value(shop: Workshop) -> bytes:
    """Write the President's ECDSA value in DER, as CMS has it, in place of r‖s."""
    from cryptography.hazmat.primitives.asymmetric import utils  # noqa: PLC0415 - for this forgery only

    parsed = xades.parse(container.read(shop.signed).signatures[1], SECOND)
    r, s = int.from_bytes(parsed.value[:48]), int.from_bytes(parsed.value[48:])
    forged = dataclasses.replace(parsed, value=utils.encode_dss_signature(r, s))
    return shop.edited(SECOND, lambda _: xml.serialise(xades.render(forged)))


def _value_of_the_other(shop: Workshop) -> bytes:
    parsed = [xades.parse(one, "x") for one in container.read(shop.signed).signatures]
    forged = dataclasses.replace(parsed[0], value=parsed[1].value)
    return shop.edited(FIRST, lambda _: xml.serialise(xades.render(forged)))


def _other_certificate(shop: Workshop) -> bytes:
    """Put the President's certificate where the Secretary's was, with the same issuer."""
    other = base64.b64encode(shop.president.certificate.dump()).decode()
    own = base64.b64encode(shop.secretary.certificate.dump()).decode()
    return shop.replaced(own, other)


def _later(days: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)


_ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
_BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_ROOT = "<asic:XAdESSignatures"
_XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
_XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"
_DS = "http://www.w3.org/2000/09/xmldsig#"

FORGERIES: dict[str, Callable[[Workshop], bytes]] = {
    # the archive
    "bytes after the end": lambda shop: shop.signed + b"\n",
    "archive comment": lambda shop: shop.signed[:-2] + b"\x05\x00hello",
    "cut short": lambda shop: shop.signed[:-40],
    "cut inside the last file": lambda shop: shop.signed[: shop.local(SECOND) + 200],
    "empty file": lambda _: b"",
    "a text file": lambda _: b"this is not a package at all\n",
    "program before the start": lambda shop: b"#!/bin/sh\n" + shop.signed,
    "hidden bytes, offsets adjusted": _gap,
    "file twice": lambda shop: shop.with_entry(Entry(REPORT, b"{}")),
    "file twice by case": lambda shop: shop.with_entry(Entry("Report.JSON", b"{}")),
    "file twice by look-alike": lambda shop: shop.with_entry(Entry("\uff52eport.json", b"{}")),
    "signature twice": lambda shop: archive.write([*shop.entries, Entry(FIRST, b"<x/>")]),
    "path out of the folder": lambda shop: shop.with_entry(Entry("../evil.exe", b"MZ")),
    "absolute path": lambda shop: shop.with_entry(Entry("/etc/cron.d/evil", b"")),
    "back-slash path": lambda shop: shop.with_entry(Entry("..\\evil.exe", b"MZ")),
    "drive letter": lambda shop: shop.with_entry(Entry("C:evil.exe", b"MZ")),
    "control character in a name": lambda shop: shop.with_entry(Entry("a\x07.txt", b"")),
    "reversed text in a name": lambda shop: shop.with_entry(Entry("a\u202exslx.exe", b"")),
    "subfolder": lambda shop: shop.with_entry(Entry("folder/x.txt", b"")),
    "symbolic link": lambda shop: shop.patched(shop.central(REPORT) + 38, "<I", 0o120777 << 16),
    "comment on an entry": lambda shop: shop.patched(shop.central(REPORT) + 36, "<H", 1),
    "compressed by another program": lambda shop: shop.rewritten(zipfile.ZIP_DEFLATED),
    "saved by another program": lambda shop: shop.rewritten(zipfile.ZIP_STORED),
    "compression bomb": _bomb,
    "encrypted entry": _encrypted,
    "names disagree": lambda shop: shop.patched(shop.local(REPORT) + 30, "<B", ord("R")),
    "sizes disagree": lambda shop: shop.patched(shop.local(REPORT) + 22, "<I", 5),
    "methods disagree": lambda shop: shop.patched(shop.local(REPORT) + 8, "<H", 8),
    "overlapping entries": lambda shop: shop.patched(shop.central(SUMMARY) + 42, "<I", shop.local(REPORT)),
    "too many entries": lambda shop: archive.write(
        [*shop.entries, *(Entry(f"{number}.txt", b"") for number in range(archive.MAX_ENTRIES))]
    ),
    "entries in another order": lambda shop: archive.write([*shop.entries[:-2], shop.entries[-1], shop.entries[-2]]),
    "manifest last": lambda shop: archive.write(sorted(shop.entries, key=lambda one: one.name == container.MANIFEST)),
    "documents reordered": _reordered,
    "flipped bit in a document": lambda shop: shop.patched(shop.local(REPORT) + 30 + len(REPORT), "<B", 0x7A),
    # the container
    "no mimetype": lambda shop: shop.without("mimetype"),
    "another mimetype": lambda shop: shop.edited("mimetype", lambda _: b"application/zip"),
    "mimetype not first": lambda shop: archive.write([shop.entries[1], shop.entries[0], *shop.entries[2:]]),
    "no manifest": lambda shop: shop.without(container.MANIFEST),
    "manifest with an entity": lambda shop: shop.replaced(
        "<manifest:manifest", _ENTITY + "<manifest:manifest", container.MANIFEST
    ),
    "manifest with a space": lambda shop: shop.replaced("></manifest", " ></manifest", container.MANIFEST),
    "media type changed": lambda shop: shop.replaced("application/json", "text/html", container.MANIFEST),
    "extra file": lambda shop: shop.with_entry(Entry("extra.txt", b"")),
    "extra file, listed": lambda shop: shop.with_entry(Entry("extra.txt", b""), listed=True),
    "file taken out": lambda shop: shop.without(SUMMARY),
    "file taken out, unlisted": lambda shop: shop.without(SUMMARY, unlisted=True),
    "extra in META-INF": lambda shop: archive.write([*shop.entries, Entry("META-INF/evil.xml", b"<x/>")]),
    "extra in meta-inf": lambda shop: archive.write([*shop.entries, Entry("meta-inf/signatures7.xml", b"<x/>")]),
    "first signature taken out": lambda shop: shop.without(FIRST),
    "too many signatures": lambda shop: archive.write(
        [*shop.entries, *(Entry(container.signature_name(number), b"<x/>") for number in range(2, 6))]
    ),
    # what is signed
    "edited report": lambda shop: shop.edited(REPORT, lambda _: b'{"rows_total": 13}'),
    "edited workbook": lambda shop: shop.edited(XLSX, lambda content: content + b" "),
    "two documents exchanged": _swap(REPORT, SUMMARY),
    "two signatures exchanged": _swap(FIRST, SECOND),
    "signature over another report": _transplanted,
    "one document left out by the signer": lambda shop: shop.signature(
        references=xades.parse(container.read(shop.signed).signatures[0], FIRST).references[:-1]
    ),
    # the signature's XML
    "DOCTYPE": lambda shop: shop.replaced(_ROOT, "<!DOCTYPE x>" + _ROOT),
    "external entity": lambda shop: shop.replaced(_ROOT, _ENTITY + _ROOT),
    "entity bomb": lambda shop: shop.replaced(_ROOT, _BOMB + _ROOT),
    "comment in the role": lambda shop: shop.replaced(">secretary<", "><!-- -->secretary<"),
    "CDATA in the role": lambda shop: shop.replaced(">secretary<", "><![CDATA[secretary]]><"),
    "processing instruction": lambda shop: shop.replaced(_ROOT, "<?evil?>" + _ROOT),
    "another encoding": lambda shop: shop.edited(FIRST, _utf16),
    "byte order mark": lambda shop: shop.edited(FIRST, lambda content: b"\xef\xbb\xbf" + content),
    "not XML": lambda shop: shop.edited(FIRST, lambda content: content[:-9]),
    "other XML": lambda shop: shop.edited(FIRST, lambda content: content[:39] + b"<x/>"),
    "blank between elements": lambda shop: shop.replaced("<ds:KeyInfo>", " <ds:KeyInfo>"),
    "other quotes": lambda shop: shop.replaced('Id="S0"', "Id='S0'"),
    "namespace without canonical form": lambda shop: shop.replaced(
        "<xades:SignedProperties ", '<xades:SignedProperties xmlns:x="relative" '
    ),
    "two thousand certificates": lambda shop: shop.edited(
        FIRST,
        _certificates(lambda found: found.extend(etree.fromstring(etree.tostring(found[1])) for _ in range(2000))),
    ),
    "foreign attribute": lambda shop: shop.replaced("<ds:KeyInfo>", '<ds:KeyInfo Id="x">'),
    "base64 padding bits": lambda shop: shop.edited(FIRST, _padding_bits),
    "another target": lambda shop: shop.replaced('Target="#S0"', 'Target="#S1"'),
    "wrapping: forged properties first": lambda shop: shop.by_insider(_wrapped),
    "wrapping: second Object": lambda shop: shop.by_insider(_second_object),
    "second Signature in one file": lambda shop: shop.by_insider(_second_signature),
    "empty unsigned properties": lambda shop: shop.by_insider(_unsigned_properties),
    "role edited": lambda shop: shop.replaced(">secretary<", ">president<"),
    "place edited": lambda shop: shop.replaced(">Namur<", ">Mons<"),
    "time edited": lambda shop: shop.replaced("<xades:SigningTime>20", "<xades:SigningTime>19"),
    "commitment edited": lambda shop: shop.replaced("ProofOfApproval", "ProofOfReceipt"),
    "role edited, digest recomputed": lambda shop: shop.edited(FIRST, _with_digest(_renamed_role)),
    "value of the other signature": _value_of_the_other,
    "value in DER": _der_value,
    "another officer's certificate": _other_certificate,
    "certificates reversed": lambda shop: shop.edited(FIRST, _certificates(lambda found: found.reverse())),
    "root left out": lambda shop: shop.edited(FIRST, _certificates(lambda found: found.pop())),
    "authority left out": lambda shop: shop.edited(FIRST, _certificates(lambda found: found.pop(1))),
    "no certificate": lambda shop: shop.edited(FIRST, _certificates(lambda found: found.clear())),
    "certificate added": lambda shop: shop.edited(
        FIRST, _certificates(lambda found: found.append(etree.fromstring(etree.tostring(found[1]))))
    ),
    "garbage certificate": lambda shop: shop.edited(
        FIRST, _certificates(lambda found: setattr(found[0], "text", "AAAA"))
    ),
    # algorithms, signed by the officer
    "digest downgraded to SHA-1": lambda shop: shop.by_insider(_algorithm("ds:DigestMethod", f"{_DS}sha1")),
    "signature downgraded to SHA-1": lambda shop: shop.by_insider(_algorithm("ds:SignatureMethod", f"{_DS}rsa-sha1")),
    "signature by a shared secret": lambda shop: shop.by_insider(_algorithm("ds:SignatureMethod", f"{_DS}hmac-sha1")),
    "another canonical form": lambda shop: shop.by_insider(
        _algorithm("ds:CanonicalizationMethod", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments")
    ),
    "method of the other key type": lambda shop: shop.by_insider(
        _algorithm("ds:SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384")
    ),
    "XPath transform": lambda shop: shop.by_insider(_transform(_XPATH)),
    "XSLT transform": lambda shop: shop.by_insider(_transform(_XSLT)),
    "harmless transform": lambda shop: shop.by_insider(_transform(xades.CANONICAL)),
    "document referenced twice": lambda shop: shop.by_insider(_reference_twice),
    "file of this computer referenced": lambda shop: shop.by_insider(_external_reference),
    # officers
    "one role, two people": _both_in("president", "president"),
    "one role by another case": _both_in("president", "PRESIDENT"),
    "one person, two roles": _one_person,
    "signed tomorrow": lambda shop: shop.signature(time=_later(1)),
    "signed before the certificate": lambda shop: shop.signature(time=_later(-800)),
    "role with hidden text": lambda shop: shop.signature(role="secre\u202etary"),
    "number of another entry": lambda shop: shop.signature(number=3),
}
