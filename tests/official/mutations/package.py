"""Changes to the workbook as a whole and to the other parts of its package."""

from __future__ import annotations

import random
import re

from tests.official.blanks import add, edit, parts, remove
from tests.official.mutations.base import MAIN, SHEET_TYPE, TYPES, Case, Mutation, change, substituted, swapped
from workbook_templates.official.facts import Kind
from workbook_templates.parts import Package


@change
def name_changed(case: Case, dice: random.Random) -> Mutation | None:
    """Make a defined name mean something else, or remove it."""
    text = parts(case.data)["xl/workbook.xml"].decode()
    pattern = r"<((?:\w+:)?)definedName\s[^>]*?name=\"([^\"]*)\"[^>]*>([^<]*)</\1definedName>"
    found = [one for one in re.finditer(pattern, text) if "_FilterDatabase" not in one[2]]
    if not found:
        return None
    one = dice.choice(found)
    fresh = dice.choice(("", one[0].replace(f">{one[3]}<", ">Autre!$A$1<")))
    return Mutation(edit(case.data, "xl/workbook.xml", swapped(one[0], fresh)), Kind.NAME, place=one[2])


def _edited_part(case: Case, dice: random.Random, pattern: str, kind: Kind) -> Mutation | None:
    """Change the bytes, or a value in the XML, of a part."""
    found = [name for name in parts(case.data) if re.search(pattern, name)]
    if not found:
        return None
    name = dice.choice(found)
    content = parts(case.data)[name]
    if name.endswith(".xml"):
        marks = list(re.finditer(rb">([^<>\s]+)<", content))
        if not marks:
            fresh = re.sub(rb'="([^"]*)"(?=[^"]*$)', b'="changed"', content)
        else:
            mark = dice.choice(marks)
            fresh = content[: mark.start(1)] + b"77" + content[mark.end(1) :]
    else:
        fresh = content + b"\0changed"
    return Mutation(_replaced(case.data, name, fresh), kind, place=name)


def _replaced(data: bytes, name: str, content: bytes) -> bytes:
    package = Package(data)
    package.replace(name, content)
    return package.to_bytes()


@change
def macro_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Change the project of macros."""
    return _edited_part(case, dice, r"vbaProject\.bin$", Kind.MACRO)


@change
def drawing_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Move a drawing."""
    return _edited_part(case, dice, r"^xl/(drawings/drawing\d+\.xml|media/.*|charts/chart\d+\.xml)$", Kind.DRAWING)


@change
def custom_xml_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Change custom XML."""
    return _edited_part(case, dice, r"^customXml/item\d+\.xml$", Kind.CUSTOM_XML)


@change
def custom_xml_removed(case: Case, dice: random.Random) -> Mutation | None:
    """Remove custom XML from the package."""
    found = [name for name in parts(case.data) if re.search(r"^customXml/item\d+\.xml$", name)]
    return Mutation(remove(case.data, found[0]), Kind.CUSTOM_XML, place=found[0]) if found else None


@change
def comment_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Change what a comment says."""
    found = [name for name in parts(case.data) if re.search(r"xl/(comments/)?comments?\d+\.xml$", name)]
    if not found:
        return None
    name = dice.choice(found)
    put = substituted(r"(<(?:\w+:)?t(?:\s[^>]*)?>)[^<]+<", r"\1Autre remarque<")
    return Mutation(edit(case.data, name, put), Kind.COMMENT)


@change
def type_changed(case: Case, dice: random.Random) -> Mutation | None:
    """Declare another content type for a part."""
    text = parts(case.data)["[Content_Types].xml"].decode()
    found = re.findall(r'PartName="/(xl/[^"]*)"', text)
    name = dice.choice([one for one in found if one in parts(case.data)])
    quoted = re.escape(name)
    pattern = rf'<Override\s[^>]*PartName="/{quoted}"[^>]*>'
    put = substituted(pattern, f'<Override PartName="/{name}" ContentType="application/x-other"/>')
    return Mutation(edit(case.data, "[Content_Types].xml", put), Kind.TYPE, place=name)


@change
def relation_added(case: Case, dice: random.Random) -> Mutation | None:
    """Let the workbook refer to something outside."""
    place = 'Target="https://example.org/x" TargetMode="External"'
    relation = f'<Relationship Id="rIdM" Type="{TYPES}/externalLinkPath" {place}/>'
    put = substituted(r"</Relationships>", relation + "</Relationships>")
    return Mutation(edit(case.data, "xl/_rels/workbook.xml.rels", put), Kind.RELATION, place="workbook.xml")


@change
def table_edited(case: Case, dice: random.Random) -> Mutation | None:
    """Change the extent of a table."""
    found = [name for name in parts(case.data) if re.search(r"xl/tables/table\d+\.xml$", name)]
    if not found:
        return None
    put = substituted(r'\bref="([A-Z]+\d+):([A-Z]+)(\d+)"', r'ref="\1:\g<2>9\3"')
    return Mutation(edit(case.data, dice.choice(found), put), Kind.TABLE)


@change
def link_changed(case: Case, dice: random.Random) -> Mutation | None:
    """Lead a hyperlink elsewhere."""
    found = [
        name for name in parts(case.data) if "worksheets/_rels" in name and b"/hyperlink" in parts(case.data)[name]
    ]
    if not found:
        return None
    put = substituted(r'Target="http[^"]*"', 'Target="https://example.com/ailleurs"')
    return Mutation(edit(case.data, dice.choice(found), put), Kind.LINK)


@change
def properties_changed(case: Case, dice: random.Random) -> Mutation | None:
    """Change the document's properties, which harms nothing."""
    put = substituted(r"</((?:\w+:)?)coreProperties>", r"<dc:subject>x</dc:subject></\1coreProperties>")
    if "docProps/core.xml" not in parts(case.data):
        return None
    return Mutation(edit(case.data, "docProps/core.xml", put), Kind.PROPERTIES, place="docProps/core.xml")


@change
def name_added(case: Case, dice: random.Random) -> Mutation | None:
    """Define a name that is not shown."""
    name = 'definedName name="Secret" hidden="1">1</{0}definedName>'
    text = parts(case.data)["xl/workbook.xml"].decode()
    prefix = re.search(r"<((?:\w+:)?)sheets\b", text)[1]
    fresh = f"<{prefix}{name.format(prefix)}"
    there = f"</{prefix}definedNames>"
    if there in text:
        put = swapped(there, fresh + there)
    else:
        end = f"</{prefix}sheets>"
        put = swapped(end, f"{end}<{prefix}definedNames>{fresh}</{prefix}definedNames>")
    return Mutation(edit(case.data, "xl/workbook.xml", put), Kind.NAME, place="Secret")


@change
def external_link_added(case: Case, dice: random.Random) -> Mutation | None:
    """Link another workbook, whose values formulas may then take."""
    part, kind = "xl/externalLinks/externalLink9.xml", f"{TYPES}/externalLink"
    link = f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{TYPES}" r:id="rId1"/></externalLink>'
    data = add(case.data, part, link.encode())
    relation = f'<Relationship Id="rIdE" Type="{kind}" Target="externalLinks/externalLink9.xml"/>'
    data = edit(data, "xl/_rels/workbook.xml.rels", swapped("</Rel", relation + "</Rel"))
    override = f'<Override PartName="/{part}" ContentType="{SHEET_TYPE.replace("worksheet", "externalLink")}"/>'
    return Mutation(
        edit(data, "[Content_Types].xml", swapped("</Types>", override + "</Types>")), Kind.LINK, place=part
    )


@change
def macro_added(case: Case, dice: random.Random) -> Mutation | None:
    """Add a project of macros to a workbook without."""
    if "xl/vbaProject.bin" in parts(case.data):
        return None
    data = add(case.data, "xl/vbaProject.bin", b"another project")
    relation = '<Relationship Id="rIdV" Type="{}" Target="vbaProject.bin"/>'
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    put = swapped("</Rel", relation.format(kind) + "</Rel")
    return Mutation(edit(data, "xl/_rels/workbook.xml.rels", put), Kind.MACRO, place="xl/vbaProject.bin")


@change
def comment_removed(case: Case, dice: random.Random) -> Mutation | None:
    """Remove a comment, or what was said in a thread."""
    pattern = r"xl/((comments/)?comments?\d+|threadedComments/threadedComment\d+)\.xml$"
    found = [name for name in parts(case.data) if re.search(pattern, name)]
    if not found:
        return None
    pattern = r"<((?:\w+:)?)(comment|threadedComment)\s.*?</\1\2>"
    put = substituted(rf"(?s){pattern}", "")
    return Mutation(edit(case.data, dice.choice(found), put), Kind.COMMENT)


@change
def calculation_set_by_hand(case: Case, dice: random.Random) -> Mutation | None:
    """Have formulas computed on demand only, so that totals may be old."""
    put = substituted(r"<((?:\w+:)?)calcPr\b", r'<\1calcPr calcMode="manual"')
    if "calcPr" not in parts(case.data)["xl/workbook.xml"].decode():
        return None
    return Mutation(edit(case.data, "xl/workbook.xml", put), Kind.SETTING, place="calcMode")


@change
def days_counted_otherwise(case: Case, dice: random.Random) -> Mutation | None:
    """Count days from 1904: every date shows four years later."""
    put = substituted(r"<((?:\w+:)?)workbookPr\b", r'<\1workbookPr date1904="1"')
    return Mutation(edit(case.data, "xl/workbook.xml", put), Kind.SETTING, place="date1904")
