"""Trial settlement: what a bill of a registered person would be paid, with his running totals; nothing is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongchou.interfaces.wording.names import ATTRIBUTE, CODE, LEVEL
from tongchou.law.attributes import DELIVERY_KINDS, IDENTITIES, PLACES
from tongchou.law.tables import STANDARD_CATEGORIES
from tongchou.office.care import settle_on_trial
from tongchou.office.frame.access import allow_within
from tongchou.office.frame.fields import Told, read_one
from tongchou.office.frame.refusal import OfficeRefused

from ..drawing import page
from ..forms import Input, Option
from ..guard import Desk, office
from ..refusals import status_of
from ..totals import trial_parts
from .registry import PURPOSES, purpose_of

MONEY = {
    "billed": ("总费用", "billed"), "out_of_catalogue": ("目录外自费", "out of catalogue"),
    "over_limit": ("超限价自费", "over limit"), "first_share": ("先行自付", "first share"),
}  # fmt: skip
HINT = ("元，至多两位小数", "yuan with at most two decimals")


def told() -> tuple[Told, ...]:
    """The fields of the form, in order: what a bill says and the registry does not."""

    def codes(name: str, values: tuple[str, ...], required: bool = False) -> Told:
        zh, en = ATTRIBUTE[name]
        return Told(zh, en, "choice", tuple((v, *CODE.get(v, (v, v))) for v in values), name=name, required=required)

    level = Told(*ATTRIBUTE["level"], "choice", tuple((str(k), *names) for k, names in LEVEL.items()), name="level")
    return (
        Told("就诊或出院日期", "day of the visit or discharge", "day", name="on"),
        codes("category", STANDARD_CATEGORIES, True),
        level,
        *(Told(*names, "money", name=name, required=name == "billed") for name, names in MONEY.items()),
        Told("病种编码", "disease code", "text", name="disease", required=False),
        Told("住院天数", "days", "number", name="days", required=False),
        codes("place", PLACES),
        codes("delivery_kind", DELIVERY_KINDS),
        codes("identity", IDENTITIES),
    )


def _inputs(values: dict[str, str]) -> list[Input]:
    return [
        Input(f.name, f.zh, f.en, f.kind, values.get(f.name, ""), f.required,
              tuple(Option(*c) for c in f.choices), HINT if f.kind == "money" else ("", ""), False)
        for f in told()
    ]  # fmt: skip


@office
def trial(request: HttpRequest, desk: Desk, person: int) -> HttpResponse:
    """The form; sent, what each fund would pay. The look at the person is recorded with its purpose."""
    allow_within(desk.who, "care.read")
    values = {f.name: request.POST.get(f.name, "").strip() for f in told()}
    values["on"] = values["on"] or desk.today.isoformat()
    context: dict[str, Any] = {"chosen": request.POST.get("purpose", ""), "why": request.POST.get("why", "").strip(),
                               "found": None, "refused": None}  # fmt: skip
    if request.method == "POST":
        try:
            context["found"] = _settled(desk, person, values, purpose_of(context["chosen"], context["why"]))
        except OfficeRefused as e:
            if e.field not in (*values, "purpose"):
                raise
            context["refused"] = e
    refused = context["refused"]
    return page(
        request, "trial.html", desk, status=status_of(refused) if refused else 200, person=person, purposes=PURPOSES,
        fields=_inputs(values), **context,
    )  # fmt: skip


def _settled(desk: Desk, person: int, values: dict[str, str], purpose: str) -> dict[str, Any]:
    for f in told():
        if values[f.name]:
            read_one(f, values[f.name])
        elif f.required:
            raise OfficeRefused("argument_missing", f"缺少“{f.zh}”", f"{f.en} is missing", f.name)
    bill = {k: v for k, v in values.items() if v and k != "on"}
    on = date.fromisoformat(values["on"])
    return trial_parts(desk, settle_on_trial(desk.conn, desk.who, person, on, bill, purpose))
