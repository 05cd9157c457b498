"""docs/mapping.md: its examples do what they say, and it names every word of the format."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import xlsxwriter

from tongchou.interfaces.files import Claims, load_mapping, mapping_load, read_claims
from tongchou.interfaces.files.reasons import REASONS
from tongchou.law.attributes import standard_attributes
from tongchou.money import format_fen

PAGE = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| (service_date|billed|category) \| `(.+?)` \| `(.*?)` \| (\S+) \|$", PAGE, re.M)
OTHERS = {
    "claim_id": "{line_number: true}",
    "person_id": "{constant: p}",
    "service_date": "{constant: 2023-05-04}",
    "scheme": "{constant: employee}",
    "status": "{constant: active}",
    "category": "{constant: outpatient}",
    "level": '{constant: "3"}',
    "billed": "{constant: 1}",
}


def shown(claims: Claims, column: str) -> str:
    if len(claims.rejected):
        return str(claims.rejected.reason[0].as_py())
    if column == "service_date":
        return f"`{dt.date.fromordinal(int(claims.day[0]))}`"
    if column == "billed":
        return f"`{format_fen(int(claims.money['billed'][0]))}`"
    names = next(a for a in standard_attributes() if a.name == "category").values
    return f"`{names[int(claims.columns['category'][0])]}`"


@pytest.mark.parametrize(("column", "how", "cell", "gives"), EXAMPLES)
def test_each_example_gives_what_it_says(tmp_path: Path, column: str, how: str, cell: str, gives: str) -> None:
    text = "columns:\n" + "".join(f"  {k}: {v}\n" for k, v in (OTHERS | {column: how}).items())
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "f.csv").write_text(f'x\n"{cell}"\n', encoding="utf-8")
    mapping = load_mapping(tmp_path / "m.yaml")
    assert shown(read_claims(tmp_path / "f.csv", standard_attributes(), mapping), column) == gives
    with xlsxwriter.Workbook(tmp_path / "f.xlsx") as book:
        book.add_worksheet().write_column(0, 0, ["x", cell])
    assert shown(read_claims(tmp_path / "f.xlsx", standard_attributes(), mapping), column) == gives


def test_there_are_examples_of_values_and_of_reasons() -> None:
    assert len(EXAMPLES) > 12
    assert {g for _, _, _, g in EXAMPLES if not g.startswith("`")} <= set(REASONS)


def test_the_page_names_every_word() -> None:
    for word in mapping_load._KEYS + mapping_load._TOP:
        assert f"`{word}" in PAGE or f" {word} " in PAGE, word


def test_the_whole_one_settles_a_row(tmp_path: Path) -> None:
    found = re.search(r"```yaml\n(.*?)```", PAGE, re.S)
    assert found
    (tmp_path / "m.yaml").write_text(found[1], encoding="utf-8")
    head = "结算流水号,险种,个人编号,出院时间,人员类别,医院级别,总费用,救助身份\n"
    row = 'A1,职工,53010001,2023/5/4 9:30,在职,三级,"12,345.60元",低保、特困\n'
    (tmp_path / "f.csv").write_text(head + row, encoding="gb18030")
    claims = read_claims(tmp_path / "f.csv", standard_attributes(), load_mapping(tmp_path / "m.yaml"))
    assert (claims.claim_id.to_pylist(), claims.person_id.to_pylist()) == (["A1"], ["职工-53010001"])
    assert (claims.money["billed"].tolist(), claims.columns["level"].tolist()) == ([1234560], [3])
    assert claims.columns["identity"].tolist() == [0b110]
