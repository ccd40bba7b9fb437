"""Photos and documents: made safe, kept once, seen with their record, following it."""

import io

import pytest
from PIL import Image

from gridsvc.errors import ForbiddenError, InputError, LimitError, MissingError
from gridsvc.services import attachments, entries, users
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller
from tests import drawn
from tests.services.test_people import PEOPLE, building
from tests.services.town import CODES, COUNTY, DIVIDED

A, B = CODES["A"], CODES["B"]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def photo(size=(640, 480), kind="JPEG", **more):
    """A picture with the place and the device that a telephone writes into it, and a thumbnail of its own."""
    image = Image.effect_noise(size, 60).convert("RGB")
    exif = image.getexif()
    exif[0x0110] = "PHONE-MODEL-SECRET"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (31.0, 27.0, 46.0)
    out = io.BytesIO()
    image.save(out, kind, exif=exif.tobytes(), **more)
    return out.getvalue()


def a_hazard_and_a_resident(cells):
    lon, lat = drawn.at(4.5, 0.5)
    cells.take(
        "hazard",
        cells.csv([{"编号": "Y1", "类别": "消防", "发现日期": "2026-09-01", "经度": lon, "纬度": lat}], "h.csv"),
    )
    cells.take("building", cells.csv([building("b1", 0.5, 2.5, 小区="南苑小区", 幢号="1幢")], "b.csv"))
    cells.take("person", cells.csv(PEOPLE[:1], "people.csv"))


@pytest.fixture
def town(founded):
    made = founded(*DIVIDED, a_hazard_and_a_resident)
    made.hazard = made.rows("SELECT id FROM hazard")[0]["id"]
    made.person = made.rows("SELECT id FROM person")[0]["id"]
    return made


def account(town, role, area=None):
    return Caller(users.add(town.db, SYSTEM, NewUser(f"{role}{area or ''}", role, role, area))[0])


def add(town, body, name="现场.jpg", who=SYSTEM, word="hazards", number=None):
    return attachments.add(town.db, who, word, number or town.hazard, name, io.BytesIO(body))


def test_a_photo_loses_what_the_camera_wrote_and_stands_upright(town):
    row = add(town, photo())
    kept = attachments.body(town.db, SYSTEM, row["id"])
    body = bytes(kept["body"])
    assert b"PHONE-MODEL-SECRET" not in body
    assert b"Exif" not in body
    image = Image.open(io.BytesIO(body))
    assert image.size == (480, 640)
    assert not image.getexif()
    assert (row["media"], row["size"], row["name"]) == ("image/jpeg", len(body), "现场.jpg")


def test_a_large_photo_becomes_as_large_as_a_screen_shows(town):
    row = add(town, photo((5000, 3000), quality=40))
    assert max(Image.open(io.BytesIO(bytes(attachments.body(town.db, SYSTEM, row["id"])["body"]))).size) == 2560


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_pictures_become_jpeg(town, kind):
    assert add(town, photo(kind=kind), f"x.{kind.lower()}")["media"] == "image/jpeg"


def test_the_same_content_is_kept_once(town):
    body = photo()
    assert add(town, body)["id"] == add(town, body, "again.jpg")["id"]
    assert len(attachments.listing(town.db, SYSTEM, "hazards", town.hazard)) == 1


def bomb():
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""
    import struct
    import zlib

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("body", "error", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", InputError, "attachment.format"),
        (b"MZ\x90\x00" + b"\0" * 200, InputError, "attachment.format"),
        (b"", InputError, "file.empty"),
        (photo()[:900], InputError, "attachment.broken"),
        (bomb(), LimitError, "attachment.pixels"),
        (b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF", InputError, "attachment.active"),
        (b"%PDF-1.4\nno end", InputError, "attachment.broken"),
        (b"%!PS-Adobe-3.0\n/x {} def", InputError, "attachment.format"),
        (b"II*\x00" + b"\0" * 300, InputError, "attachment.format"),
    ],
)  # fmt: skip
def test_what_is_no_photo_and_no_document_is_refused(town, body, error, code):
    with pytest.raises(error) as e:
        add(town, body, "../../坏.jpg")
    assert e.value.code == code
    assert "/" not in str(e.value.values.get("file", ""))
    assert town.count("attachment") == 0
    assert not list((town.db.settings.base / "spool").glob("picture-*"))


def test_the_size_has_a_limit(town):
    town.db.settings = town.db.settings.model_copy(update={"attachment_max_mb": 1})
    with pytest.raises(LimitError, match=r"attachment\.large"):
        add(town, PDF + b"\0" * 1_100_000)


def test_it_is_seen_by_whoever_sees_the_record(town):
    on_hazard = add(town, PDF, "单.pdf")["id"]
    on_person = add(town, photo(), word="people", number=town.person)["id"]
    own, other, analyst = (
        account(town, "community", B),
        account(town, "community", A),
        account(town, "analyst", COUNTY),
    )
    assert attachments.body(town.db, own, on_hazard)["media"] == "application/pdf"
    assert bytes(attachments.body(town.db, own, on_hazard)["body"]) == PDF
    with pytest.raises(MissingError):
        attachments.body(town.db, other, on_hazard)
    with pytest.raises(MissingError):
        attachments.listing(town.db, other, "hazards", town.hazard)
    assert attachments.body(town.db, other, on_person)
    assert attachments.body(town.db, analyst, on_hazard)  # the middle class is granted to her, residents are not
    with pytest.raises(MissingError):
        attachments.body(town.db, analyst, on_person)
    with pytest.raises(ForbiddenError):
        attachments.listing(town.db, analyst, "people", town.person)
    looked = town.rows("SELECT detail FROM audit WHERE action = 'people.read'")
    assert {"attachment": on_person} in [r["detail"] for r in looked]


def test_it_follows_its_record_into_another_cell_and_away(town):
    number = add(town, PDF, "单.pdf")["id"]
    before = town.rows("SELECT cell_key AS k FROM attachment")[0]["k"]
    row = entries.one(town.db, SYSTEM, "hazard", town.hazard)
    lon, lat = drawn.at(0.5, 2.5)
    entries.change(town.db, SYSTEM, "hazard", town.hazard, {"lon": lon, "lat": lat}, row["etag"])
    after = town.rows("SELECT a.cell_key AS k, h.cell_key AS h FROM attachment a, hazard h")[0]
    assert after["k"] == after["h"] != before
    assert attachments.body(town.db, account(town, "community", A), number)
    town.divide(A, method="hex", size_m=90)
    again = town.rows("SELECT a.cell_key AS k, h.cell_key AS h FROM attachment a, hazard h")[0]
    assert again["k"] == again["h"]
    town.rows("DELETE FROM hazard RETURNING id")
    assert town.count("attachment") == 0


def test_it_is_taken_away_by_those_who_may_edit(town):
    number = add(town, PDF, "单.pdf")["id"]
    with pytest.raises(ForbiddenError):
        attachments.remove(town.db, account(town, "analyst", COUNTY), number)
    with pytest.raises(MissingError):
        attachments.remove(town.db, account(town, "community", A), number)
    attachments.remove(town.db, account(town, "community", B), number)
    assert town.count("attachment") == 0
    assert [r["action"] for r in town.rows("SELECT action FROM audit WHERE action LIKE 'attachment%%' ORDER BY id")] == [
        "attachment.add", "attachment.remove",
    ]  # fmt: skip


def test_merging_two_records_brings_the_attachments_together(town):
    lon, lat = drawn.at(4.5, 0.5)
    town.take(
        "hazard",
        town.csv([{"编号": "Y2", "类别": "消防", "发现日期": "2026-09-01", "经度": lon, "纬度": lat}], "h2.csv"),
    )
    other = town.rows("SELECT id FROM hazard WHERE source_key = 'Y2'")[0]["id"]
    add(town, PDF, "单.pdf", number=other)
    row = entries.one(town.db, SYSTEM, "hazard", town.hazard)
    entries.merge(town.db, SYSTEM, "hazard", town.hazard, other, row["etag"])
    assert len(attachments.listing(town.db, SYSTEM, "hazards", town.hazard)) == 1


def test_an_administrator_who_sees_no_resident_still_moves_them_with_the_ground(town):
    """Publishing is a matter of the ground: whoever does it, nobody stays in a cell that has ended."""
    admin = account(town, "admin")
    from gridsvc.domain.division import Recipe
    from gridsvc.services import dividing, publishing

    drafts = dividing.divide(town.db, admin, A, Recipe(method="hex", size_m=70))
    done = publishing.publish(town.db, admin, drafts[0].division_id)
    assert not {"person", "dwelling", "household"} & set(done.moved)
    rows = town.rows("SELECT p.cell_key AS p, b.cell_key AS b FROM person p JOIN dwelling d ON d.id = p.dwelling_id "
                     "JOIN building b ON b.id = d.building_id")  # fmt: skip
    assert all(r["p"] == r["b"] for r in rows)
    assert town.rows("SELECT count(*) AS n FROM cell WHERE key = %s AND ended IS NULL", rows[0]["p"])[0]["n"] == 1
