"""Faults that need a whole tree: each is found in an overlay of a few lines, with file, line and words."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tongchou.law import LawError, load, read_tree
from tongchou.law.check import check_law

from .overlays import area, document, marked_line, overlay, parameter, scheme, told, tree

DOC = {"documents/local.yaml": document("local")}
RES = "areas/370100/resident.yaml"
PAR = "areas/530100/retirement.yaml"
PEN = "areas/530100/pension.yaml"
DIS = "areas/370100/diseases.yaml"
TIER = "areas/370200/resident.yaml"
SHARE = "areas/370200/low_tier.yaml"
PROVISION = """- id: K03
  cite: {cite}
  says: s
  zh: z
  does: d
  kind: data
  done: false
"""


class Case(NamedTuple):
    code: str
    file: str
    text: str
    found: str
    fix: str = ""
    others: dict[str, str] = DOC


def without(text: str, *lines: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(lines))


def tiered(factor: str, mark: str = "") -> str:
    """A scheme of one layer that gives the low tier less by a factor."""
    head = "attributes:\n  contribution_tier: {type: code, values: [normal, low], default: normal}\n"
    more = f"  modifiers:\n  - {{when: {{contribution_tier: low}}, op: factor, value: {factor}}}\n"
    return scheme(head=head, more=more).replace("- name: pool", f"- name: pool{mark}")


CASES = {
    "value_without_clause": Case(
        "value_without_clause", RES, without(scheme("85   # <-"), "clause"), "none", "name the document"
    ),
    "value_without_status": Case("value_without_status", RES, without(scheme("85   # <-"), "status"), "none"),
    "unknown_document": Case(
        "unknown_document",
        RES,
        scheme("{value: 85, clause: lokal a}   # <-"),
        "'lokal'",
        "did you mean 'local'?",
    ),
    "unknown_document-repeals": Case(
        "unknown_document",
        "documents/other.yaml",
        document("other", more="repeals: [locl]\n"),
        "'locl'",
        "did you mean 'local'?",
    ),
    "unknown_document-instrument": Case(
        "unknown_document", RES, scheme(head="instrument: locl   # <-\n"), "'locl'", "did you mean 'local'?"
    ),
    "unknown_document-under": Case(
        "unknown_document",
        PAR,
        parameter("300", more="    published_under: locl\n").replace(
            "    unit: count", "    unit: count   # <-"
        ),
        "'locl'",
        "did you mean 'local'?",
    ),
    "unknown_document-provision": Case(
        "unknown_document",
        "provisions.yaml",
        PROVISION.format(cite="{document: km2032, clause: a}"),
        "'km2032'",
        "did you mean 'km2023'?",
    ),
    "unknown_clause": Case(
        "unknown_clause", RES, scheme("{value: 85, clause: local b}   # <-"), "'b'", "known here: a"
    ),
    "unknown_clause-none": Case(
        "unknown_clause", RES, scheme("{value: 85, clause: local}   # <-"), "''", "known here: a"
    ),
    "unknown_clause-reading": Case(
        "unknown_clause", RES, scheme("{value: 85, reading: km-cap}   # <-"), "'km-cap'", "did you mean"
    ),
    "unknown_clause-override": Case(
        "unknown_clause",
        "documents/local.yaml",
        document(
            "local", more="overrides: [{subjects: [levy], areas: below, from: 2021-01-01, clause: x}]\n"
        ),
        "'x'",
        "known here: a",
        {},
    ),
    "unknown_clause-provision": Case(
        "unknown_clause",
        "provisions.yaml",
        PROVISION.format(cite="{document: km2023, clause: 九}"),
        "'九'",
        "known here",
    ),
    "missing_key-provision": Case(
        "missing_key", "provisions.yaml", PROVISION.format(cite="{document: km2023}"), "neither"
    ),
    "wrong_type-provisions": Case("wrong_type", "provisions.yaml", "id: K03\n", "a mapping of 1"),
    "duplicate_name-provision": Case(
        "duplicate_name",
        "provisions.yaml",
        PROVISION.format(cite="{document: km2023, clause: end}")
        + PROVISION.format(cite="{document: km2023, clause: end}").replace("K03", "K03   # <-"),
        "twice",
    ),
    "document_repealed": Case(
        "document_repealed",
        RES,
        scheme("85   # <-"),
        "repealed by test〔2020〕other on 2021-01-01",
        "end the value there",
        DOC | {"documents/other.yaml": document("other", start="2021-01-01", more="repeals: [local]\n")},
    ),
    "document_repealed-end": Case(
        "document_repealed",
        RES,
        scheme("85   # <-"),
        "ended on 2022-01-01",
        "end the value there",
        {
            "documents/local.yaml": document("local").replace(
                "{from: 2020-01-01}", "{from: 2020-01-01, to: 2022-01-01}"
            )
        },
    ),
    "document_repealed-catalogue": Case(
        "document_repealed",
        DIS,
        """catalogues:
- name: special   # <-
  from: 2020-01-01
  clause: local a
  status: official
  entries: []
""",
        "ended on 2022-01-01",
        "end the value there",
        {
            "documents/local.yaml": document("local").replace(
                "{from: 2020-01-01}", "{from: 2020-01-01, to: 2022-01-01}"
            )
        },
    ),
    "pension_reserved": Case(
        "pension_reserved",
        PEN,
        parameter("{from: 2023-01-01, value: 1.5}   # <-", "pension", "local_rate", unit="percent"),
        "begins on 2023-01-01",
        "yearly: true",
    ),
    "low_tier_untied": Case(
        "low_tier_untied",
        TIER,
        tiered("0.5", "   # <-"),
        "0.5",
        "same number",
        DOC | {SHARE: parameter("60", "low_tier", "share", unit="percent")},
    ),
    "low_tier_untied-dates": Case(
        "low_tier_untied",
        TIER,
        tiered("0.6", "   # <-"),
        "0.6",
        "same dates",
        DOC | {SHARE: parameter("60", "low_tier", "share", unit="percent", start="2020-07-01")},
    ),
    "low_tier_untied-layer": Case(
        "low_tier_untied",
        TIER,
        tiered("0.6") + "- name: other   # <-\n  when: {category: chronic}\n  rate: 50\n",
        "1",
        "same number",
        DOC | {SHARE: parameter("60", "low_tier", "share", unit="percent")},
    ),
    "low_tier_untied-fact": Case(
        "low_tier_untied",
        TIER,
        tiered("{by: status, active: 0.6, retired: 0.5, resident: 0.6}", "   # <-"),
        "depends on a fact",
        "same number",
        DOC | {SHARE: parameter("60", "low_tier", "share", unit="percent")},
    ),
    "low_tier_untied-both_facts": Case(
        "low_tier_untied",
        TIER,
        tiered("{by: status, active: 0.6, retired: 0.5, resident: 0.6}", "   # <-"),
        "depends on a fact",
        "same number",
        DOC
        | {
            SHARE: parameter(
                "{by: status, active: 60, retired: 50, resident: 60}", "low_tier", "share", unit="percent"
            )
        },
    ),
    "low_tier_untied-no_scheme": Case(
        "low_tier_untied",
        SHARE,
        parameter("60", "low_tier", "share", unit="percent").replace("unit: percent", "unit: percent   # <-"),
        "none",
        "remove the lower contribution",
    ),
    "low_tier_untied-no_share": Case(
        "low_tier_untied", TIER, tiered("0.6", "   # <-"), "none", "add the parameter"
    ),
    "wrong_place-code": Case("wrong_place", "areas/370400/area.yaml", area("370500"), "'370500'"),
    "wrong_place-area": Case("wrong_place", "areas/999999/resident.yaml", scheme(), "999999"),
    "wrong_place-catalogue": Case(
        "wrong_place", "areas/370200/lists.yaml", "catalogues: []\n", "lists.yaml", "rename the file"
    ),
    "unknown_file": Case("unknown_file", "areas/370100/notes.yaml", "title: notes\n", "title"),
    "unknown_file-deep": Case(
        "unknown_file", "areas/370100/more/notes.yaml", "scheme: x\n", "areas/370100/more/notes.yaml", "move"
    ),
    "unknown_file-top": Case("unknown_file", "law.yaml", "scheme: x\n", "law.yaml"),
    "unknown_file-yml": Case(
        "unknown_file", "areas/370100/resident.yml", scheme(), "areas/370100/resident.yml", "rename it"
    ),
    "unknown_area": Case(
        "unknown_area", "areas/370400/area.yaml", area("370400", "37000"), "'37000'", "did you mean '370"
    ),
    "unknown_area-document": Case(
        "unknown_area",
        "documents/other.yaml",
        document("other", area="53010"),
        "'53010'",
        "did you mean '530100'?",
    ),
    "unknown_area-effect": Case(
        "unknown_area",
        "documents/other.yaml",
        document("other", more='takes_effect: [{area: "370400", from: 2020-01-01}]\n'),
        "'370400'",
        "did you mean",
    ),
    "area_cycle": Case(
        "area_cycle", "areas/370400/area.yaml", area("370400", "370400"), "'370400'", "a nation has no parent"
    ),
    "wrong_type-code": Case("wrong_type", "areas/jinan/area.yaml", area("jinan"), "'jinan'"),
    "missing_key-area": Case(
        "missing_key", "areas/370400/area.yaml", without(area("370400"), "name"), "nothing"
    ),
    "missing_key-document": Case(
        "missing_key", "documents/other.yaml", without(document("other"), "issuer"), "nothing"
    ),
    "bad_name-document": Case(
        "bad_name",
        "documents/other.yaml",
        document("two words").replace("id: two words", "id: two words   # <-"),
        "'two words'",
    ),
    "unknown_key-document": Case(
        "unknown_key",
        "documents/other.yaml",
        document("other", more="repeal: [local]   # <-\n"),
        "'repeal'",
        "did you mean 'repeals'?",
    ),
    "empty_period-document": Case(
        "empty_period",
        "documents/other.yaml",
        document("other").replace("{from: 2020-01-01}", "{from: 2020-01-01, to: 2019-01-01}   # <-"),
        "2020-01-01 to 2019-01-01",
    ),
    "duplicate_name-document": Case("duplicate_name", "documents/other.yaml", document("local"), "local"),
    "duplicate_name-clause": Case(
        "duplicate_name",
        "documents/other.yaml",
        document("other").replace("- {id: a", '- {id: a, says: b, zh: "二"}\n- {id: a'),
        "'a'",
    ),
    "duplicate_name-effect": Case(
        "duplicate_name",
        "documents/other.yaml",
        document(
            "other",
            more="""takes_effect:
- {area: "370200", from: 2020-01-01}
- {area: "370200", from: 2021-01-01}   # <-
""",
        ),
        "'370200'",
        "keep one of the two",
    ),
    "duplicate_name-scheme": Case(
        "duplicate_name",
        "areas/370100/second.yaml",
        scheme().replace("resident", "employee"),
        "'employee'",
        "rename one",
    ),
    "duplicate_name-parameter": Case(
        "duplicate_name",
        "areas/530000/second.yaml",
        parameter("300").replace("    unit: count", "    unit: count   # <-"),
        "'retirement.required_months'",
        "rename one",
    ),
    "overlap-entry": Case(
        "overlap",
        DIS,
        """catalogues:
- name: special   # <-
  from: 2020-01-01
  clause: local a
  status: official
  entries: [{code: M1, name: x}, {code: M1, name: y}]
""",
        "twice on a day",
    ),
    "overlap-catalogue": Case(
        "overlap",
        DIS,
        """catalogues:
- {name: special, from: 2020-01-01, clause: local a, status: official, entries: []}
- {name: special, from: 2021-01-01, clause: local a, status: official, entries: []}   # <-
""",
        "two, from 2020-01-01 and from 2021-01-01",
    ),
    "missing_cell-parameter": Case(
        "missing_cell",
        PAR,
        parameter("{by: status, active: 300}   # <-"),
        "none for status: retired",
        "add the cell",
    ),
    "gap-parameter": Case(
        "gap",
        PAR,
        parameter(
            "\n    - {from: 2015-01-01, to: 2016-01-01, value: 300}   # <-"
            "\n    - {from: 2017-01-01, value: 360}"
        ),
        "none from 2016-01-01 to 2017-01-01",
    ),
    "out_of_range-count": Case("out_of_range", PAR, parameter("-1   # <-"), "'-1'"),
    "not_supported-count": Case("not_supported", PAR, parameter("{index: wage}   # <-"), "index"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_tree(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    assert case.code == name.partition("-")[0]
    _, findings = check_law(overlay(tmp_path, case.others | {case.file: case.text}))
    own = [f for f in findings if f.code == case.code and f.place.file == case.file]
    assert own, told(findings)
    there = [f for f in own if f.place.line == marked_line(case.text)]
    assert any(case.found in f.found and case.fix in f.fix for f in there), told(findings)
    assert all(f.expected and f.found and f.where for f in findings), told(findings)
    assert {f.code for f in findings} == {case.code}, told(findings)


def test_faults_of_reading_stop_a_tree(tmp_path: Path) -> None:
    """What cannot be read is never loaded in part."""
    case = CASES["unknown_document"]
    with pytest.raises(LawError) as caught:
        load(overlay(tmp_path, case.others | {case.file: case.text}))
    assert [f.code for f in caught.value.findings] == ["unknown_document"]


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    _, findings = check_law(
        overlay(
            tmp_path,
            DOC
            | {
                RES: scheme("85   # <-").replace("rate", "rat"),
                "areas/370200/resident.yaml": "layers: [\n",
                "areas/370300/resident.yaml": b"\xff".decode("latin-1"),
            },
        )
    )
    assert {(f.code, f.place.file) for f in findings} >= {
        ("unknown_key", RES),
        ("not_yaml", "areas/370200/resident.yaml"),
    }


def test_an_empty_folder_is_no_law(tmp_path: Path) -> None:
    for folder in (tree(tmp_path, {}), tmp_path / "none"):
        with pytest.raises(LawError) as caught:
            read_tree(folder)
        assert [f.code for f in caught.value.findings] == ["law_unreadable"]


def test_a_tree_of_its_own_takes_nothing_from_the_bundled_one(tmp_path: Path) -> None:
    law, findings = check_law(tree(tmp_path, {"areas/000000/area.yaml": area("000000", "", "nation")}))
    assert not findings
    assert set(law.areas) == {"000000"}
    assert not law.documents


def test_unreadable_file_in_a_tree(tmp_path: Path) -> None:
    (overlay(tmp_path, {}) / "areas" / "370100" / "x.yaml").mkdir(parents=True)
    _, findings = check_law(tmp_path)
    assert [(f.code, f.place.file) for f in findings] == [("law_unreadable", "areas/370100/x.yaml")]
