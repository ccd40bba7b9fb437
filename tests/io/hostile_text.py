"""CSV, and files whose names lie, for the hostile corpus."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
import zlib
from pathlib import Path

from tests.io.hostile import SECRET, fixed, hostile

HEAD = "编号,类别,时间,经度,纬度,备注\n"
ROW = "1,占道经营,2024-05-01 08:00,118.6,31.6,{}\n"


def csv(text: str = "", encoding: str = "utf-8") -> bytes:
    return (HEAD + text).encode(encoding)


# ---- bytes ----------------------------------------------------------------------------------------------------------
fixed("csv-empty", "x.csv", b"", "file.empty")
fixed("csv-blank", "x.csv", b" \n \n", "csv.no_header")
fixed("csv-line-ends-only", "x.csv", b"\r\n" * 100, "csv.no_header")
fixed("csv-header-only", "x.csv", csv(), None)
fixed("csv-header-without-end", "x.csv", HEAD.strip().encode(), None)
fixed("csv-nul-at-the-start", "x.csv", b"\0" + csv(ROW.format("a")), "file.format")
fixed("csv-nul-late", "x.csv", csv(ROW.format("a") * 200 + ROW.format("a\0b")), "file.nul")
fixed("csv-nul-in-a-short-row", "x.csv", csv(ROW.format("a") * 200 + "1,\0\n"), None)
fixed("csv-nul-only", "x.csv", b"\0" * 5000, "file.format")
fixed("csv-nul-in-utf-16", "x.csv", csv(ROW.format("a\0b"), "utf-16"), "file.nul")
fixed("csv-utf-8-mark", "x.csv", csv(ROW.format("a"), "utf-8-sig"), None)
fixed("csv-utf-16-le", "x.csv", b"\xff\xfe" + csv(ROW.format("a"), "utf-16-le"), None)
fixed("csv-utf-16-be", "x.csv", b"\xfe\xff" + csv(ROW.format("a"), "utf-16-be"), None)
fixed("csv-utf-16-cut-off", "x.csv", (b"\xff\xfe" + csv(ROW.format("a"), "utf-16-le"))[:-1], "csv.encoding")
fixed(
    "csv-utf-16-lone-surrogate",
    "x.csv",
    b"\xff\xfe" + csv(ROW.format("?"), "utf-16-le").replace(b"?\0", b"\x00\xd8"),
    "csv.encoding",
)
fixed("csv-utf-32-le", "x.csv", b"\xff\xfe\0\0" + csv(ROW.format("a"), "utf-32-le"), "csv.encoding")
fixed("csv-utf-32-be", "x.csv", b"\0\0\xfe\xff" + csv(ROW.format("a"), "utf-32-be"), "file.format")
fixed("csv-marks-of-every-kind", "x.csv", b"\xef\xbb\xbf\xff\xfe\xfe\xff" + csv(ROW.format("a")), "csv.encoding")
fixed("csv-mark-only", "x.csv", b"\xef\xbb\xbf", "csv.no_header")
fixed("csv-utf-7", "x.csv", csv(ROW.format("+ADw-script+AD4-")), None)
fixed("csv-surrogate-bytes", "x.csv", csv(ROW.format("??")).replace(b"??", b"\xed\xa0\x80"), "csv.encoding")
fixed("csv-mixed-encodings", "x.csv", csv(ROW.format("中文")) + ROW.format("中文").encode("gb18030"), "csv.encoding")
fixed("csv-gb18030-cut-off", "x.csv", csv(ROW.format("国"), "gb18030")[:-2], None)
fixed(
    "csv-control-characters",
    "x.csv",
    csv(ROW.format("".join(map(chr, range(1, 32))).replace("\n", "").replace("\r", ""))),
    None,
)
fixed("csv-right-to-left", "x.csv", csv(ROW.format("\u202egnp.exe\u2066\u200b\ufeff")), None)

# ---- form -----------------------------------------------------------------------------------------------------------
fixed("csv-line-of-100-mb", "x.csv", csv() + b"1," + b"x" * 100_000_000, "csv.broken")
fixed("csv-header-of-100-mb", "x.csv", b"x" * 100_000_000, "csv.broken")
fixed("csv-million-columns", "x.csv", b",".join(b"c%d" % i for i in range(1_000_000)) + b"\n", "columns.too_many")
fixed("csv-million-columns-in-a-row", "x.csv", csv("," * 1_000_000 + "\n" + ROW.format("a")), None)
fixed("csv-501-columns", "x.csv", (",".join(f"c{i}" for i in range(501)) + "\n").encode(), "columns.too_many")
fixed("csv-quote-never-closed", "x.csv", csv('1,"占道经营' + ("," * 20 + "\n") * 1000), None)
fixed("csv-quote-never-closed-in-10-mb", "x.csv", csv('1,"' + "a,b,c,d,e,f\n" * 1_000_000), None)
fixed("csv-quote-never-closed-in-the-header", "x.csv", ('"编号' + HEAD + ROW.format("a") * 1000).encode(), None)
fixed("csv-a-million-quotes", "x.csv", csv('"' * 1_000_001), None)
fixed("csv-quotes-inside", "x.csv", csv(ROW.format('a"b"c""d')), None)
fixed("csv-ragged", "x.csv", csv(ROW.format("a") + "1,2\n" + ",,,,,,,,,\n" + ROW.format("b") + "x\n"), None)
fixed("csv-ragged-a-million-times", "x.csv", csv("1,2\n" * 1_000_000), "csv.broken")
fixed("csv-a-million-empty-lines", "x.csv", csv("\n" * 1_000_000 + ROW.format("a")), None)
fixed("csv-a-million-commas", "x.csv", csv(",,,,,\n" * 1_000_000), None)
fixed("csv-names-twice", "x.csv", b"a,a,a,,,\n1,2,3,4,5,6\n", None)
fixed("csv-name-of-100-kb", "x.csv", b"a," + b"n" * 100_000 + b"\n1,2\n", None)
fixed("csv-names-like-ours", "x.csv", b"__row,__wkb,__fault\n1,2,3\n", None)
fixed("csv-carriage-returns-only", "x.csv", (HEAD + ROW.format("a") * 3).replace("\n", "\r").encode(), None)
fixed(
    "csv-line-ends-of-every-kind",
    "x.csv",
    csv(ROW.format("a").strip() + "\r" + ROW.format("b").strip() + "\r\n" + ROW.format("c")),
    None,
)
fixed("csv-cell-of-20-mb", "x.csv", csv(ROW.format('"' + "长" * 7_000_000 + '"')), "csv.broken")
fixed(
    "csv-formulas",
    "x.csv",
    csv(
        "".join(
            ROW.format(f'"{f}"')
            for f in ("=cmd|'/c calc'!A0", "@SUM(A1)", "+1+1", "-2+3", "\t=1", "＝1", '=HYPERLINK(""http://x"")')
        )
    ),
    None,
)
fixed(
    "csv-numbers-of-every-kind",
    "x.csv",
    csv(
        "".join(
            f"{i},占道经营,2024-05-01,{x},31.6,\n"
            for i, x in enumerate(("NaN", "inf", "1e999", "9e99", "0x7f", "1_0", "١١٨", "１１８", "1" * 5000))
        )
    ),
    None,
)
fixed(
    "csv-times-of-every-kind",
    "x.csv",
    csv(
        "".join(
            f"{i},占道经营,{x},118.6,31.6,\n"
            for i, x in enumerate(
                (
                    "0000-00-00",
                    "9999-12-31 23:59:59",
                    "99999-01-01",
                    "-1",
                    "1e18",
                    "2024-02-30",
                    "2024-05-01T08:00:00+99:99",
                    "now",
                    "infinity",
                    "9" * 400,
                )
            )
        )
    ),
    None,
)
fixed("csv-html", "x.csv", csv(ROW.format("<script>alert(1)</script><img src=x onerror=alert(1)>")), None)
fixed("csv-sql", "x.csv", csv(ROW.format("'); DROP TABLE event; --\\.\n\\.")), None)
fixed("csv-sql-copy-end", "x.csv", csv(ROW.format("a") + "\\.\n" + ROW.format("\\N")), None)
fixed(
    "csv-wkt-deep",
    "x.csv",
    b'id,wkt\n1,"' + b"GEOMETRYCOLLECTION(" * 50_000 + b")" * 50_000 + b'"\n2,POINT(118.6 31.6)\n',
    None,
    ("geometry.broken", ""),
)
fixed(
    "csv-wkt-brackets", "x.csv", b'id,wkt\n1,POINT(1 1)\n2,"' + b"(" * 900_000 + b'"\n', None, ("", "geometry.broken")
)
fixed(
    "csv-wkt-numbers",
    "x.csv",
    b"id,wkt\n1,POINT(nan nan)\n2,POINT(inf 1)\n3,POINT(1e999 1)\n4,POINT EMPTY\n5,POINT(118 31)\n",
    None,
)
fixed(
    "csv-wkt-curves",
    "x.csv",
    b'id,wkt\n1,POINT(1 1)\n2,"CIRCULARSTRING(0 0,1 1,2 0)"\n3,"TIN(((0 0,0 1,1 1,0 0)))"\n',
    None,
)
fixed("csv-wkb-deep", "x.csv", b"id,wkb\n1," + (struct.pack("<BII", 1, 7, 1) * 20_000).hex().encode() + b"\n", None)
fixed(
    "csv-wkb-deep-as-geometry",
    "x.csv",
    b"id,geometry\n1," + (struct.pack("<BII", 1, 7, 1) * 20_000).hex().encode() + b"\n",
    None,
)


# ---- OGR VRT under other names ---------------------------------------------------------------------------------------
def vrt(secret: Path) -> bytes:
    return (f'<OGRVRTDataSource><OGRVRTLayer name="{secret.stem}"><SrcDataSource>{secret}</SrcDataSource>'
            "</OGRVRTLayer></OGRVRTDataSource>").encode()  # fmt: skip


for suffix, expect in (("geojson", "file.format"), ("json", "file.format"), ("csv", "file.format"), ("kml", "file.format"),
                       ("gpkg", "file.format"), ("shp", "file.format"), ("fgb", "file.format"), ("parquet", "file.format"),
                       ("xlsx", "file.format"), ("zip", "file.format"), ("vrt", "file.format")):  # fmt: skip
    hostile(f"vrt-as-{suffix}", f"x.{suffix}", expect)(lambda secret: vrt(secret))
hostile("vrt-in-kml", "x.kml", "file.local_only")(
    lambda secret: b"<?xml version='1.0'?><!-- <kml -->" + b" " * 4096 + vrt(secret)
)
hostile("vrt-behind-spaces", "x.csv", None)(lambda secret: b" " * 10_000 + vrt(secret))
hostile("vrt-behind-a-mark", "x.geojson", "file.format")(lambda secret: b"\xef\xbb\xbf\n" + vrt(secret))
hostile("vrt-of-etc-passwd", "x.geojson", "file.format")(lambda _secret: vrt(Path("/etc/passwd")))
hostile("csv-that-names-a-file", "x.csv", None)(lambda secret: f"id,wkt,file\n1,@{secret},file://{secret}\n".encode())


# ---- names that lie --------------------------------------------------------------------------------------------------
def png() -> bytes:
    body = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + body
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(body)) + chunk + struct.pack(">I", zlib.crc32(chunk))


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        member = tarfile.TarInfo("../x.csv")
        member.size = len(csv())
        t.addfile(member, io.BytesIO(csv()))
        link = tarfile.TarInfo("y.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        t.addfile(link)
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Geo /Measure >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF"
fixed("png-as-csv", "x.csv", png(), "file.format")
fixed("exe-as-xlsx", "x.xlsx", b"MZ\x90\0" + b"\0" * 60 + b"PE\0\0" + b"\x90" * 500, "file.format")
fixed("elf-as-parquet", "x.parquet", b"\x7fELF\x02\x01\x01" + b"\0" * 500, "file.format")
fixed("gzip-as-csv", "x.csv", gzip.compress(csv(ROW.format("a")), mtime=0), "file.format")
fixed("gzip-bomb-as-csv", "x.csv", gzip.compress(b"0" * 50_000_000, mtime=0), "file.format")
fixed("xz-as-csv", "x.csv", lzma.compress(csv(ROW.format("a"))), "file.format")
fixed("tar-as-zip", "x.zip", tar(), "file.format")
fixed("tar-as-csv", "x.csv", tar(), "file.format")
fixed("pdf-as-geojson", "x.geojson", PDF, "file.format")
fixed("pdf-as-csv", "x.csv", PDF, "file.format")
fixed("html-as-xls", "x.xls", b"<html><table><tr><td>a</td></tr></table></html>", "file.format")
fixed(
    "svg-as-kml", "x.kml", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "file.format"
)
fixed("csv-as-xlsx", "x.xlsx", csv(ROW.format("a")), "file.format")
fixed("geojson-as-csv", "x.csv", b'{"type":"FeatureCollection","features":[]}', "file.disguised")
fixed("sqlite-as-csv", "x.csv", b"SQLite format 3\0" + b"\0" * 84, "file.disguised")
fixed("no-suffix", "x", csv(ROW.format("a")), "file.format")
fixed("suffix-of-another-case", "X.CSV", csv(ROW.format("a")), None)
fixed("dxf-not-from-the-terminal", "x.dxf", b"0\nSECTION\n2\nHEADER\n0\nENDSEC\n0\nEOF\n", "file.local_only")
fixed(
    "pbf-not-from-the-terminal", "x.osm.pbf", b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x7c" + b"\0" * 200, "file.local_only"
)
fixed("secret-word-itself", "x.csv", csv(ROW.format(SECRET[:6])), None)

# ---- names of files --------------------------------------------------------------------------------------------------
for n, name in enumerate((
    "a\nb.csv", "a\tb.csv", "名" * 80 + ".csv", "n" * 251 + ".csv", "..csv", ". .csv", "-rf.csv", "$(id).csv", "a'b\"c.csv",
    "%2e%2e%2fetc.csv", "\u202evsc.exe.csv", "<img src=x>.csv", "{file}.csv", "{0.__class__}.csv", "a\\..\\b.csv", "COPY FROM PROGRAM.csv",
)):  # fmt: skip
    fixed(f"name-{n}", name, csv(ROW.format("a")) + b"short\n", None)
for n, name in enumerate(
    (
        "a\nb.geojson",
        "{file}.geojson",
        "\u202enosjoeg.geojson",
        "..geojson",
        "/vsicurl.geojson".strip("/"),
        "GPKG:x.geojson",
    )
):
    fixed(f"name-of-a-broken-file-{n}", name, b"{", "vector.broken")
