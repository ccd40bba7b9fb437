import pytest

from gridsvc.domain import frames
from gridsvc.errors import InputError
from gridsvc.services import codetables


def guess(kind, columns, given=None):
    return frames.guess(codetables.kinds()[kind], columns, given)


def test_a_12345_export_is_understood():
    columns = ["序号", "工单编号", "受理时间", "诉求内容", "诉求分类", "办理时限", "办结时间", "经度", "纬度"]
    found = guess("event", columns)
    assert found.columns == {
        "source_key": "工单编号",
        "reported_at": "受理时间",
        "description": "诉求内容",
        "class": "诉求分类",
        "due_at": "办理时限",
        "closed_at": "办结时间",
        "lon": "经度",
        "lat": "纬度",
    }
    assert found.ignored == ("序号",)  # a row number is never a key


def test_the_columns_of_los_angeles():
    columns = [
        "id",
        "created",
        "updated",
        "closed",
        "type",
        "status",
        "source",
        "address",
        "longitude",
        "latitude",
        "area_id",
        "area_name",
    ]
    found = guess("event", columns).columns
    assert found["source_key"] == "id"
    assert found["reported_at"] == "created"
    assert found["closed_at"] == "closed"
    assert found["class"] == "type"
    assert found["channel"] == "source"
    assert found["area"] == "area_id"


def test_names_are_compared_without_case_width_space_and_underscore():
    found = guess("building", ["Ｎａｍｅ", " 层 数", "ADDR_STREET", "addr:housenumber", "OSM_ID"]).columns
    assert found["name"] == "Ｎａｍｅ"
    assert found["street"] == "ADDR_STREET"
    assert found["housenumber"] == "addr:housenumber"
    assert found["source_key"] == "OSM_ID"


def test_what_is_given_wins_and_can_switch_a_guess_off():
    found = guess("event", ["类别", "小类", "时间"], {"class": "小类", "reported_at": "时间", "title": ""}).columns
    assert found["class"] == "小类"
    assert "title" not in found


def test_one_column_serves_one_field():
    found = guess("event", ["类型", "时间"])
    assert len(set(found.columns.values())) == len(found.columns)


@pytest.mark.parametrize(
    ("given", "code"), [({"nonsense": "类别"}, "map.field"), ({"class": "没有这列"}, "map.column")]
)
def test_a_given_pair_must_exist(given, code):
    with pytest.raises(InputError) as e:
        guess("event", ["类别"], given)
    assert e.value.code == code


def test_every_field_has_a_known_type_and_protection():
    for kind in codetables.kinds().values():
        for field in kind.fields.values():
            assert field.type in frames.TYPES
            assert field.protection in ("public", "internal", "personal", "sensitive")
            assert field.zh
            assert field.en
