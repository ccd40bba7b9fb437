"""Workbooks (XLSX and the old XLS) for the hostile corpus, written part by part."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from pathlib import Path

from tests.io.hostile import fixed, hostile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TYPES = (
    f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def relations(*pairs: tuple[str, str, str]) -> str:
    inner = "".join(f'<Relationship Id="{i}" Type="{DOC}/{kind}" Target="{target}"/>' for i, kind, target in pairs)
    return f'{XML}<Relationships xmlns="{RELS}">{inner}</Relationships>'


def book(sheets: str = '<sheet name="a" sheetId="1" r:id="rId1"/>', head: str = "") -> str:
    return f'{XML}{head}<workbook xmlns="{MAIN}" xmlns:r="{DOC}"><sheets>{sheets}</sheets></workbook>'


def sheet(rows: str, head: str = "", dimension: str = "") -> str:
    return f'{XML}{head}<worksheet xmlns="{MAIN}">{dimension}<sheetData>{rows}</sheetData></worksheet>'


def text(ref: str, value: str) -> str:
    return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'


HEADER = f'<row r="1">{text("A1", "编号")}{text("B1", "类别")}{text("C1", "时间")}</row>'
GOOD = f'<row r="2">{text("A2", "1")}{text("B2", "占道经营")}{text("C2", "2024-05-01")}</row>'


def parts(**changed: str | bytes | None) -> dict[str, str | bytes]:
    found: dict[str, str | bytes | None] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book(),
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "sharedStrings.xml"),
            ("rId3", "styles", "styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": sheet(HEADER + GOOD),
    }
    names = {"book": "xl/workbook.xml", "rels": "xl/_rels/workbook.xml.rels", "sheet": "xl/worksheets/sheet1.xml",
             "strings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}  # fmt: skip
    found.update({names.get(k, k): v for k, v in changed.items()})
    return {k: v for k, v in found.items() if v is not None}


def packed(
    content: dict[str, str | bytes], extra: list[tuple[str | zipfile.ZipInfo, str | bytes]] | None = None
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some hold a name twice, on purpose
        for name, data in [*content.items(), *(extra or [])]:
            z.writestr(name, data)
    return out.getvalue()


def xlsx(**changed: str | bytes | None) -> bytes:
    return packed(parts(**changed))


def lying(content: bytes, part: str, size: int) -> bytes:
    """A zip that says in both of its places that ``part`` unpacks to ``size`` bytes."""
    raw, name = bytearray(content), part.encode()
    for signature, at_size, at_name in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = raw.find(signature)
        while at >= 0:
            if raw[at + at_name : at + at_name + len(name)] == name:
                raw[at + at_size : at + at_size + 4] = struct.pack("<I", size)
            at = raw.find(signature, at + 4)
    return bytes(raw)


# ---- bombs ----------------------------------------------------------------------------------------------------------
LAUGHS = (
    "<!DOCTYPE x ["
    + '<!ENTITY l0 "哈">'
    + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    + "]>"
)
hostile("xlsx-ratio", "x.xlsx", "zip.bomb")(lambda: xlsx(sheet=sheet(HEADER) + " " * 200_000_000))
hostile("xlsx-many-entries", "x.xlsx", "zip.entries")(
    lambda: packed(parts(), [(f"xl/media/{i}", b"") for i in range(5000)])
)
hostile("xlsx-zip-in-zip", "x.xlsx", None)(
    lambda: packed(parts(), [("xl/embeddings/x.zip", xlsx(sheet=" " * 60_000_000))])
)
hostile("xlsx-size-is-a-lie", "x.xlsx", "zip.broken")(
    lambda: lying(xlsx(sheet=sheet(HEADER) + " " * 300_000_000), "xl/worksheets/sheet1.xml", 1000)
)
hostile("xlsx-strings-size-is-a-lie", "x.xlsx", "excel.broken")(
    lambda: lying(xlsx(strings="<sst>" + "<si/>" * 20_000_000), "xl/sharedStrings.xml", 1000)
)
hostile("xlsx-laughs-in-the-sheet", "x.xlsx", "excel.broken")(
    lambda: xlsx(sheet=sheet(f'<row r="1">{text("A1", "&l11;")}</row>', LAUGHS))
)
hostile("xlsx-laughs-in-the-strings", "x.xlsx", "excel.broken")(lambda: xlsx(
    strings=f'{XML}{LAUGHS}<sst xmlns="{MAIN}"><si><t>&l11;</t></si></sst>', sheet=sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')))  # fmt: skip
hostile("xlsx-laughs-in-the-book", "x.xlsx", "excel.broken")(
    lambda: xlsx(book=book('<sheet name="&l11;" sheetId="1" r:id="rId1"/>', LAUGHS))
)
hostile("xlsx-laughs-in-utf-16", "x.xlsx", "excel.broken")(
    lambda: xlsx(
        sheet=sheet(f'<row r="1">{text("A1", "&l11;")}</row>', LAUGHS).replace("UTF-8", "UTF-16").encode("utf-16")
    )
)
hostile("xlsx-a-million-empty-strings", "x.xlsx", None)(
    lambda: xlsx(strings=f'<sst xmlns="{MAIN}">' + "<si><t/></si>" * 1_000_000 + "</sst>")
)
hostile("xlsx-a-million-sheets", "x.xlsx", None)(
    lambda: xlsx(book=book("".join(f'<sheet name="s{i}" sheetId="{i}" r:id="rId1"/>' for i in range(1, 200_000))))
)
hostile("xlsx-nested-elements", "x.xlsx", "excel.empty")(lambda: xlsx(sheet=sheet("<row>" * 200_000)))


def entity(secret: Path) -> str:
    return f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{secret}"><!ENTITY % p SYSTEM "file://{secret}">%p;]>'


hostile("xlsx-external-entity-in-the-sheet", "x.xlsx", "excel.broken")(
    lambda secret: xlsx(sheet=sheet(f'<row r="1">{text("A1", "&s;")}</row>', entity(secret)))
)
hostile("xlsx-external-entity-in-the-strings", "x.xlsx", "excel.broken")(lambda secret: xlsx(
    strings=f'{XML}{entity(secret)}<sst xmlns="{MAIN}"><si><t>&s;</t></si></sst>', sheet=sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')))  # fmt: skip
hostile("xlsx-external-entity-in-the-book", "x.xlsx", None)(lambda secret: xlsx(book=book(head=entity(secret))))
hostile("xlsx-external-link", "x.xlsx", None)(
    lambda secret: packed(
        parts(), [("xl/externalLinks/externalLink1.xml", f"<externalLink><file>{secret}</file></externalLink>")]
    )
)
hostile("xlsx-sheet-outside", "x.xlsx", "excel.broken")(
    lambda secret: xlsx(rels=relations(("rId1", "worksheet", f"../../../../../../../../{secret}")))
)
hostile("xlsx-path-outside", "x.xlsx", "zip.path")(lambda: packed(parts(), [("../../../tmp/evil", b"x")]))

# ---- what a workbook may not be --------------------------------------------------------------------------------------
hostile("xlsx-no-sheets", "x.xlsx", "excel.empty")(lambda: xlsx(book=book("")))
hostile("xlsx-chart-sheet-only", "x.xlsx", "excel.empty")(lambda: packed(parts(
    rels=relations(("rId1", "chartsheet", "chartsheets/sheet1.xml")), sheet=None),
    [("xl/chartsheets/sheet1.xml", f'<chartsheet xmlns="{MAIN}"/>')]))  # fmt: skip
hostile("xlsx-sheet-missing", "x.xlsx", "excel.broken")(lambda: xlsx(sheet=None))
hostile("xlsx-book-is-no-xml", "x.xlsx", "excel.broken")(lambda: xlsx(book="no xml at all"))
hostile("xlsx-sheet-is-no-xml", "x.xlsx", "excel.broken")(lambda: xlsx(sheet="\0\1\2" * 1000))
hostile("xlsx-no-relations", "x.xlsx", "excel.broken")(lambda: xlsx(rels=None))
hostile("xlsx-corner-cells", "x.xlsx", "columns.too_many")(lambda: xlsx(sheet=sheet(
    HEADER + f'<row r="1048576">{text("XFD1048576", "x")}</row>', dimension='<dimension ref="A1:XFD1048576"/>')))  # fmt: skip
hostile("xlsx-corner-cells-other-order", "x.xlsx", "columns.too_many")(lambda: xlsx(sheet=sheet(
    HEADER + "<row><c t='inlineStr' r='XFD1048576'><is><t>x</t></is></c></row>")))  # fmt: skip
hostile("xlsx-far-down", "x.xlsx", "excel.area")(
    lambda: xlsx(sheet=sheet(HEADER + f'<row r="1048576">{text("SF1048576", "x")}</row>'))
)
hostile("xlsx-row-number-beyond", "x.xlsx", "excel.area")(
    lambda: xlsx(sheet=sheet(HEADER + f'<row r="4294967295">{text("A4294967295", "x")}</row>'))
)
hostile("xlsx-row-number-beyond-any", "x.xlsx", "excel.area")(
    lambda: xlsx(sheet=sheet(HEADER + f'<row r="99999999999999999999">{text("A99999999999999999999", "x")}</row>'))
)
hostile("xlsx-column-beyond", "x.xlsx", "columns.too_many")(
    lambda: xlsx(sheet=sheet(HEADER + f'<row r="2">{text("ZZZZZZ2", "x")}</row>'))
)
hostile("xlsx-wide-dimension", "x.xlsx", None)(
    lambda: xlsx(sheet=sheet(HEADER + GOOD, dimension='<dimension ref="A1:XFD1048576"/>'))
)
hostile("xlsx-styled-to-the-end", "x.xlsx", None)(
    lambda: xlsx(sheet=sheet(HEADER + GOOD + '<row r="3"><c r="XFD3" s="1"/></row>'))
)
hostile("xlsx-dimension-is-no-range", "x.xlsx", "excel.broken")(
    lambda: xlsx(sheet=sheet(HEADER + GOOD, dimension='<dimension ref="::::-1"/>'))
)
hostile("xlsx-string-index-out-of-range", "x.xlsx", "excel.broken")(lambda: xlsx(
    strings=f'<sst xmlns="{MAIN}"><si><t>a</t></si></sst>', sheet=sheet(HEADER + '<row r="2"><c r="A2" t="s"><v>4000000000</v></c></row>')))  # fmt: skip
hostile("xlsx-string-index-negative", "x.xlsx", "excel.broken")(
    lambda: xlsx(sheet=sheet(HEADER + '<row r="2"><c r="A2" t="s"><v>-1</v></c></row>'))
)
hostile("xlsx-values-of-every-kind", "x.xlsx", "excel.broken")(lambda: xlsx(sheet=sheet(HEADER + '<row r="2">' + "".join(
    f'<c r="{c}2" t="{t}"><v>{v}</v></c>' for c, t, v in zip("ABCDEFGH", ("n", "n", "b", "e", "d", "str", "zz", "n"),
    ("1e999", "NaN", "7", "#REF!", "9999-99-99", "_x0000_", "1", "-1e308"), strict=True)) + "</row>")))  # fmt: skip
STYLES = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
hostile("xlsx-dates-out-of-range", "x.xlsx", "file.broken")(lambda: xlsx(styles=STYLES, sheet=sheet(HEADER + "".join(
    f'<row r="{i}"><c r="A{i}" t="n"><v>{i}</v></c><c r="C{i}" s="1"><v>{v}</v></c></row>' for i, v in enumerate(("1e15", "-1", "2958466", "60", "1e308", "0", "-1e300", "NaN"), 2)))))  # fmt: skip
hostile("xlsx-nul-by-entity", "x.xlsx", "excel.broken")(
    lambda: xlsx(sheet=sheet(HEADER + f'<row r="2">{text("A2", "a&#0;b")}</row>'))
)
hostile("xlsx-nul-by-escape", "x.xlsx", "file.nul")(
    lambda: xlsx(sheet=sheet(HEADER + f'<row r="2">{text("A2", "a_x0000_b_xD800_")}</row>'))
)
hostile("xlsx-surrogate-by-entity", "x.xlsx", "excel.broken")(
    lambda: xlsx(sheet=sheet(HEADER + f'<row r="2">{text("A2", "a&#xD800;b")}</row>'))
)
hostile("xlsx-formulas", "x.xlsx", None)(
    lambda: xlsx(
        sheet=sheet(
            HEADER
            + '<row r="2"><c r="A2" t="str"><f>WEBSERVICE("http://127.0.0.1:9")</f><v>=1+1</v></c>'
            + text("B2", "=cmd|'/c calc'!A0")
            + "</row>"
        )
    )
)
hostile("xlsx-20000-columns", "x.xlsx", "columns.too_many")(
    lambda: xlsx(sheet=sheet('<row r="1">' + "<c><v>1</v></c>" * 20_000 + "</row>"))
)
hostile("xlsx-cell-of-20-mb", "x.xlsx", "file.long")(
    lambda: xlsx(sheet=sheet(HEADER + f'<row r="2">{text("A2", "长" * 7_000_000)}</row>'))
)
hostile("xlsx-same-cell-twice", "x.xlsx", None)(lambda: xlsx(sheet=sheet(HEADER + GOOD + GOOD)))
hostile("xlsx-part-twice", "x.xlsx", "zip.twice")(
    lambda: packed(parts(), [("xl/worksheets/sheet1.xml", sheet(HEADER))])
)
hostile("xlsx-part-twice-in-capitals", "x.xlsx", "zip.twice")(
    lambda: packed(parts(), [("XL/Worksheets/Sheet1.XML", sheet(HEADER))])
)
hostile("xlsx-no-rows", "x.xlsx", "excel.empty")(lambda: xlsx(sheet=sheet("")))
hostile("xlsx-cut-off", "x.xlsx", "zip.broken")(lambda: xlsx()[:-100])
hostile("xlsx-sheet-cut-off", "x.xlsx", "excel.broken")(lambda: xlsx(sheet=sheet(HEADER + GOOD)[:-60]))
hostile("xlsx-zip-of-the-wrong-sum", "x.xlsx", "zip.broken")(lambda: _flipped(xlsx(), b"xl/worksheets/sheet1.xml"))
hostile("xlsx-with-macros", "x.xlsm", None)(
    lambda: packed(parts(), [("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"\0" * 500)])
)


def _flipped(content: bytes, part: bytes) -> bytes:
    raw = bytearray(content)
    at = raw.find(part) + len(part) + 20
    raw[at] ^= 0xFF
    return bytes(raw)


# ---- the old XLS: an OLE2 container -----------------------------------------------------------------------------------
MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def entry(
    name: str, kind: int, start: int, size: int, child: int = FREE, left: int = FREE, right: int = FREE
) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return (raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, left, right, child) + b"\0" * 36
            + struct.pack("<IQ", start, size))  # fmt: skip


def ole(
    chain: list[int], entries: list[bytes], *sectors: bytes, first_difat: int = END, difats: int = 0, shift: int = 9
) -> bytes:
    """Sector 0 is the FAT, sector 1 the directory, the others are data."""
    header = (
        MAGIC
        + b"\0" * 16
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, shift, 6, 0, 1, 1, 0, 4096, END, 0, first_difat, difats)
    )
    header += struct.pack("<109I", 0, *[FREE] * 108)
    table = b"".join(struct.pack("<I", n) for n in [*chain, *[FREE] * (128 - len(chain))])
    return header + table + b"".join(entries).ljust(512, b"\0")[:512] + b"".join(s.ljust(512, b"\0") for s in sectors)


ROOT = entry("Root Entry", 5, END, 0, child=1)
BIFF = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x0005, 0, 0, 0, 0)
fixed("xls-magic-only", "x.xls", MAGIC, "excel.broken")
fixed("xls-cut-off", "x.xls", ole([FAT, END, END], [ROOT, entry("Workbook", 2, 2, 5000)], BIFF)[:700], "excel.broken")
fixed(
    "xls-chain-in-a-circle",
    "x.xls",
    ole([FAT, END, 3, 2], [ROOT, entry("Workbook", 2, 2, 50_000_000)], BIFF, BIFF),
    "excel.broken",
)
fixed(
    "xls-directory-in-a-circle",
    "x.xls",
    ole([FAT, 1, END], [ROOT, entry("Workbook", 2, 2, 5000)], BIFF),
    "excel.broken",
)
fixed("xls-chain-to-itself", "x.xls", ole([0, 1, 2], [ROOT, entry("Workbook", 2, 2, 2**40)], BIFF), "excel.broken")
fixed(
    "xls-difat-in-a-circle",
    "x.xls",
    ole([FAT, END, 2], [ROOT], struct.pack("<I", 2) * 128, first_difat=2, difats=2**31),
    "excel.broken",
)
fixed(
    "xls-chain-beyond-the-end",
    "x.xls",
    ole([FAT, END, 4_000_000], [ROOT, entry("Workbook", 2, 2, 5000)], BIFF),
    "excel.broken",
)
fixed(
    "xls-sector-of-2-to-the-60",
    "x.xls",
    ole([FAT, END, END], [ROOT, entry("Workbook", 2, 2, 5000)], BIFF, shift=60),
    "excel.broken",
)
fixed(
    "xls-no-workbook",
    "x.xls",
    ole([FAT, END, END], [ROOT, entry("WordDocument", 2, 2, 5000)], b"text"),
    "excel.broken",
)
fixed(
    "xls-record-longer-than-the-file",
    "x.xls",
    ole(
        [FAT, END, *range(3, 11), END],
        [ROOT, entry("Workbook", 2, 2, 4608)],
        BIFF + struct.pack("<HH", 0x00FC, 0xFFFF),
        *[b"\xff" * 512] * 8,
    ),
    "excel.broken",
)
fixed(
    "xls-empty-workbook",
    "x.xls",
    ole(
        [FAT, END, *range(3, 11), END],
        [ROOT, entry("Workbook", 2, 2, 4608)],
        BIFF + struct.pack("<HH", 0x0A, 0),
        *[b""] * 8,
    ),
    "excel.empty",
)
fixed(
    "xlsx-encrypted-as-xls",
    "x.xls",
    ole([FAT, END, END], [ROOT, entry("EncryptedPackage", 2, 2, 5000)], b"\x10" * 512),
    "excel.encrypted",
)
fixed(
    "xlsx-encrypted",
    "x.xlsx",
    ole(
        [FAT, END, END],
        [ROOT, entry("EncryptedPackage", 2, 2, 5000, right=2), entry("EncryptionInfo", 2, 2, 100)],
        b"\x10" * 512,
    ),
    "excel.encrypted",
)
