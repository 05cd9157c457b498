"""The regular assessment of counties and insurers, from the office's own figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tongchou.office.books.assessment import assess_counties, assess_insurers
from tongchou.office.books.mapping import FUNDS

from ..guard import Desk, office
from ..lists import Column, Filter, own_area, the_day
from ..reports import Found, Part, Report, show_report
from .books import UP


def year_begun(desk: Desk) -> str:
    """The first day of this year."""
    return desk.today.replace(month=1, day=1).isoformat()


def find(desk: Desk, filters: Mapping[str, Any]) -> Found:
    """Both tables of an area over some days."""
    asked = (desk.conn, desk.who, filters["area"], filters["since"], filters["until"])
    return Found({"counties": assess_counties(*asked), "insurers": assess_insurers(*asked)})


ASSESSMENT = Report(
    name="assessment",
    zh="日常考核",
    en="Assessment",
    right="books.read",
    filters=(
        Filter("area", "地区", "area", "area", default=own_area("books.read")),
        Filter("since", "自", "from", "day", default=year_begun),
        Filter("until", "至", "until", "day", default=the_day),
    ),
    needs=("area", "since", "until"),
    parts=(
        Part(
            "counties",
            "县区经办机构",
            "Counties",
            (
                Column("area", "地区", "county", "area"),
                Column("vouchers", "凭证", "vouchers", "count"),
                Column("undone", "其中冲正", "undone", "count"),
                Column("asked", "提交申请", "asked", "count"),
                Column("rejected", "其中驳回", "rejected", "count"),
                Column("remitted", "上解笔数", "remitted", "count"),
                Column("in_transit", "其中在途", "in transit", "count"),
                Column("transit_tenths", "上解平均天数", "mean days in transit", "tenths"),
                Column("paid_bills", "结算支付笔数", "bills paid", "count"),
                Column("pay_tenths", "支付平均天数", "mean days to pay", "tenths"),
                Column("pay_longest", "支付最长天数", "longest", "count"),
                Column("complaints", "投诉", "complaints", "count"),
                Column("upheld", "其中属实", "upheld", "count"),
                Column("unanswered", "其中未答复", "unanswered", "count"),
            ),
            ("该地区没有县区。", "No county below this area."),
        ),
        Part(
            "insurers",
            "承保机构",
            "Insurers",
            (
                Column("area", "地区", "area", "area"),
                Column("insurer", "承保机构", "insurer"),
                Column("fund", "基金", "fund", "text", FUNDS),
                Column("premium", "保费（元）", "premium", "money"),
                Column("reserve", "备用金余额（元）", "reserve", "money"),
                Column("reserve_lowest", "期间最低（元）", "lowest", "money"),
                Column("claims_owed", "应付赔款（元）", "claims owed", "money"),
                Column("claims_paid", "已付赔款（元）", "claims paid", "money"),
                Column("pay_tenths", "支付平均天数", "mean days to pay", "tenths"),
                Column("pay_longest", "支付最长天数", "longest", "count"),
                Column("complaints", "投诉", "complaints", "count"),
                Column("upheld", "其中属实", "upheld", "count"),
            ),
            ("没有承保机构的保费或备用金。", "No premium or reserve of an insurer."),
        ),
    ),
    find=find,
    note=(
        "依据：楚政规〔2022〕7号第四条。数据均取自本系统；平均天数精确到十分之一天。",
        "By 楚政规〔2022〕7号 article 4, from the office's own figures; mean days to a tenth.",
    ),
    up=UP,
)


@office
def assessment(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """How counties and insurers did over some days."""
    return show_report(request, desk, ASSESSMENT)
