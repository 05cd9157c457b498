"""Forms as a clerk fills them: any area of the country, amounts with thousands apart, sheets that keep long numbers."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from tests.web.conftest import HERE, Site
from tongchou.office.frame.fields import money, read_one, text
from tongchou.office.frame.refusal import OfficeRefused


@pytest.mark.parametrize("name", ["transfer.in", "transfer.out"])
def test_P19_a_transfer_may_name_any_area(site: Site, name: str) -> None:
    page = site.browser("clerk").get(f"/office/operations/{name}/").text
    field = page.partition('name="other_area"')[2].partition(">")[0]
    assert 'type="text"' in field
    assert 'pattern="[0-9]{6}"' in field


@pytest.mark.parametrize(
    ("written", "fen"), [("1,200.00", 120_000), ("12,345,678.9", 1_234_567_890), ("1200", 120_000)]
)
def test_an_amount_may_be_written_as_the_pages_write_it(written: str, fen: int) -> None:
    assert read_one(money("金额", "amount"), written) == fen


@pytest.mark.parametrize("written", ["12,00", "1,2000", ",100", "1,200,", "1，200"])
def test_a_comma_in_another_place_is_refused(written: str) -> None:
    with pytest.raises(OfficeRefused, match="argument_invalid"):
        read_one(money("金额", "amount"), written)


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\ufeff", "\u2066"])
def test_signs_that_nobody_sees_are_refused(sign: str) -> None:
    with pytest.raises(OfficeRefused, match="cannot be seen"):
        read_one(text("姓名", "name"), f"王{sign}芳")


def test_a_refusal_repeats_no_more_than_a_line() -> None:
    with pytest.raises(OfficeRefused) as e:
        read_one(text("姓名", "name"), "长" * 5000)
    assert len(e.value.zh) < 120


def test_a_template_keeps_numbers_whole(site: Site) -> None:
    told = site.browser("clerk").get("/office/sheets/people/template/")
    sheet = load_workbook(io.BytesIO(told.body)).active
    assert sheet is not None
    first = sheet.column_dimensions["A"]
    assert (first.number_format, first.max >= 5) == ("@", True)
    assert "filename*=utf-8''%E5%8F%82%E4%BF%9D" in told.headers["Content-Disposition"]


def test_a_search_by_number_leaves_a_trace(site: Site) -> None:
    count = "SELECT count(*) FROM office.record WHERE operation = 'person.search_number' AND actor = 'accountant'"
    before = site.sql(count)[0][0]
    number = "11010519491231002X"
    site.call("accountant", "POST", "/api/people/search", {"text": number})
    site.call("accountant", "POST", "/api/people/search", {"text": "王芳"})
    assert site.sql(count)[0][0] == before + 1
    assert number not in str(site.sql("SELECT content FROM office.record WHERE operation = 'person.search_number'"))


def test_a_short_password_is_refused_in_chinese() -> None:
    from tongchou.interfaces.web.passwords import refuse_weak

    with pytest.raises(OfficeRefused) as e:
        refuse_weak("abc", "somebody")
    assert "密码至少 10 个字符" in e.value.zh
    assert "This" not in e.value.zh


def test_every_argument_has_a_name_of_its_own() -> None:
    """Also where it is shown without its operation, as in the record."""
    from tongchou.interfaces.web.names import LABELS, field_names
    from tongchou.office.operations import OPERATIONS

    told: dict[str, set[str]] = {}
    for f in (f for o in OPERATIONS.values() for f in o.fields):
        told.setdefault(f.name, set()).add(f.zh)
    assert set(told) <= {*LABELS, *field_names()}
    assert {name for name, names in told.items() if len(names) > 1} <= set(LABELS), "they differ: a general one"


def test_a_request_is_shown_in_words(site: Site) -> None:
    """What would come of it is called as the operation calls it; nothing stands under a bare key."""
    asked = site.call("clerk", "POST", "/api/operations/transfer.in", {"arguments": {
        "area": HERE, "person": 10**9, "line": "pension", "certificate": "x", "other_area": "110100",
        "on": "2023-05-04"}})  # fmt: skip
    assert asked.json["code"] == "person_unknown", "an area that is none of ours is taken"
