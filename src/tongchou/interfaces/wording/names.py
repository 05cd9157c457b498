"""What each coded name is called, as (Chinese, English). A name that is missing here is shown as it is written."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # the counter starts without them
    from collections.abc import Mapping


Words = tuple[str, str]
"""Chinese, English."""

STATUS: Mapping[str, Words] = {
    "official": ("正式", "official"),
    "secondary": ("二手", "secondary"),
    "assumed": ("推定", "assumed"),
}
STATUS_MEANS: Mapping[str, Words] = {
    "official": ("写在登记的文件里", "stands in a registered document"),
    "secondary": ("来自他人转述，未见原文", "told by somebody else; the document itself was not seen"),
    "assumed": ("本系统的假定，有待正式文件", "our assumption until a document says so"),
}
STEP: Mapping[str, Words] = {
    "in": ("进入", "comes in"),
    "package": ("定额", "package"),
    "prepay": ("先行自付", "paid first"),
    "deductible": ("起付标准", "deductible"),
    "taken": ("扣起付", "deducted"),
    "edge": ("起付（下限）", "lower edge"),
    "rate": ("按比例", "rate"),
    "bands": ("分段", "bands"),
    "top_up": ("补足", "top-up"),
    "cap": ("限额", "cap"),
    "stopped": ("超限额", "above the cap"),
    "out": ("支付", "pays"),
    "tariff": ("计费标准", "tariff"),
    "caught_up": ("分段补齐", "bands, caught up"),
    "own": ("个人账户", "own account"),
    "choose": ("择优", "the better"),
    "source": ("付款来源", "paid from"),
}
SOURCE: Mapping[str, Words] = {
    "own_account": ("本人个人账户", "own account"),
    "family": ("家庭共济账户", "family account"),
    "cash": ("现金", "cash"),
}
"""What the person's part is laid on."""
PART: Mapping[str, Words] = {
    "unclaimed": ("未进入任何层", "taken by no layer"),
    "deductible": ("起付标准", "deductible"),
    "over_cap": ("超限额", "above the cap"),
    "prepay": ("先行自付（异地等）", "paid first (away from home)"),
    "first_share": ("先行自付", "first share"),
    "over_limit": ("超限价", "above the price limit"),
    "out_of_catalogue": ("目录外自费", "out of catalogue"),
    "over_price": ("超定额", "above the package price"),
    "above_tariff": ("超计费标准", "above the tariff"),
    "caught_up": ("补齐返还", "given back by catching up"),
}
PART_MEANS: Mapping[str, Words] = {
    "unclaimed": ("没有哪一层保障接收这部分费用", "no layer of the scheme takes this cost"),
    "deductible": ("基金开始支付之前先由个人付的部分", "what the person bears before a fund pays"),
    "over_cap": ("基金支付到了限额，超出的部分", "beyond what the funds may pay in the period"),
    "prepay": ("异地等情形先由个人付的比例", "a share paid first, for instance away from home"),
    "first_share": ("乙类药品和项目先由个人付的部分", "the person's first share of class B items"),
    "over_limit": ("价格高于医保限价的部分", "the part of a price above the accepted ceiling"),
    "out_of_catalogue": ("不在医保目录内的药品和项目", "items outside the insurance catalogues"),
    "over_price": ("费用高于定额的部分", "cost above the fixed sum"),
    "above_tariff": ("收费高于计费标准的部分", "the part of a charge above the tariff"),
    "caught_up": ("按年度补齐，返还此前由个人负担的部分", "gives back what was borne earlier in the period"),
    "own": ("由本人个人账户支付的部分", "paid by the person's own account"),
    "share": ("政策范围内费用中按比例由个人付的部分", "the person's percentage of the covered cost"),
}
FUND: Mapping[str, Words] = {
    "outpatient_pool": ("普通门诊统筹", "outpatient pooled fund"),
    "outpatient_above": ("门诊超限额按住院比例", "outpatient above its cap"),
    "chronic_pool": ("门诊慢性病", "chronic outpatient disease"),
    "special_pool": ("门诊特殊病", "special outpatient disease"),
    "inpatient_pool": ("住院统筹", "inpatient pooled fund"),
    "large_expense": ("大额医疗费用补助", "large-expense supplement"),
    "critical_illness": ("大病保险", "critical illness insurance"),
    "medical_assistance": ("医疗救助", "medical assistance"),
    "medical_assistance_poor": ("医疗救助（建档立卡）", "medical assistance (registered poor)"),
    "backstop": ("兜底保障", "backstop"),
    "delivery": ("住院分娩", "delivery"),
    "delivery_fixed": ("住院分娩定额支付", "delivery at a fixed sum"),
}
"""Funds and layers; a layer's Chinese name is the title that the law gives it."""
SCHEME: Mapping[str, Words] = {
    "employee": ("职工基本医疗保险", "employee medical insurance"),
    "resident": ("城乡居民基本医疗保险", "resident medical insurance"),
}
PERIOD: Mapping[str, Words] = {
    "none": ("每次", "each time"),
    "visit": ("每次", "each visit"),
    "episode": ("每个疗程", "each course of care"),
    "day": ("每日", "each day"),
    "month": ("每月", "each month"),
    "quarter": ("每季", "each quarter"),
    "year": ("每年", "each year"),
    "lifetime": ("终身", "for life"),
    "claim": ("每次", "each claim"),
}
OP: Mapping[str, Words] = {
    "points": ("加", "points"),
    "add": ("加", "add"),
    "factor": ("乘", "factor"),
    "own_share_factor": ("自付部分乘", "own share times"),
    "at_least": ("至少", "at least"),
    "at_most": ("至多", "at most"),
}
ATTRIBUTE: Mapping[str, Words] = {
    "category": ("类别", "category"),
    "level": ("机构等级", "level of institution"),
    "status": ("参保身份", "status"),
    "identity": ("特殊身份", "identity"),
    "place": ("就医地", "place of care"),
    "rank": ("机构行政级别", "rank of institution"),
    "designated": ("定点机构", "designated"),
    "referred": ("按规定转诊", "referred"),
    "severe": ("重大疾病", "severe disease"),
    "interim": ("中途结算", "interim bill"),
    "delivery_kind": ("分娩方式", "kind of delivery"),
    "chronic_diseases": ("登记慢性病数", "registered chronic diseases"),
    "days": ("住院天数", "days"),
    "age": ("年龄", "age"),
    "disease": ("病种", "disease"),
    "admission_no": ("当年住院次数", "admissions this year"),
    "injury": ("工伤认定", "work injury"),
    "in_scope": ("政策范围内费用", "cost in scope"),
}
CODE: Mapping[str, Words] = {
    "outpatient": ("普通门诊", "outpatient visit"),
    "chronic": ("门诊慢性病", "chronic outpatient disease"),
    "special": ("门诊特殊病", "special outpatient disease"),
    "inpatient": ("住院", "hospital stay"),
    "delivery": ("住院分娩", "delivery"),
    "active": ("在职", "in work"),
    "retired": ("退休", "retired"),
    "resident": ("居民", "resident"),
    "registered_poor": ("建档立卡贫困人口", "registered poor"),
    "minimum_allowance": ("最低生活保障对象", "minimum-allowance household"),
    "destitute": ("特困人员", "destitute"),
    "township": ("乡镇级", "township"),
    "county": ("县级", "county"),
    "prefecture": ("州市级", "prefecture"),
    "province": ("省级", "province"),
    "local": ("统筹区内", "in the pooling area"),
    "resident_filed": ("异地长期居住（已备案）", "living elsewhere, filed"),
    "transferred": ("转外就医", "transferred out"),
    "emergency": ("异地急诊", "emergency elsewhere"),
    "unfiled": ("异地未备案", "elsewhere, not filed"),
    "normal": ("顺产", "normal"),
    "caesarean": ("剖宫产", "caesarean"),
    "none": ("无", "none"),
    "recognised": ("已认定", "recognised"),
    "no_employer": ("无责任单位", "no employer answerable"),
    "severe": ("重大疾病", "severe diseases"),
    "critical_outpatient": ("大病保险门诊病种", "outpatient diseases of critical illness"),
}
LEVEL: Mapping[int, Words] = {
    0: ("未定级（基层）", "0 (ungraded)"),
    1: ("一级", "1"),
    2: ("二级", "2"),
    3: ("三级", "3"),
}
FLAG: Mapping[int, Words] = {0: ("否", "no"), 1: ("是", "yes")}
AMOUNT: Mapping[str, Words] = {
    "cost": ("费用", "cost"),
    "paid": ("支付", "paid"),
    "amount": ("金额", "amount"),
    "rate": ("比例", "rate"),
    "used": ("已用", "used"),
    "room": ("余额", "left"),
    "price": ("定额", "price"),
    "tariff": ("标准", "tariff"),
    "quantity": ("数量", "quantity"),
    "balance": ("账户余额", "balance"),
    "before": ("此前累计", "running total before"),
    "cap_no": ("限额序号", "cap number"),
}
"""Figures of a step that has no sentence of its own yet."""
COUNTS = ("cap_no", "quantity", "days", "number", "count", "units")
"""Figures that are no money."""
RANK: Mapping[str, Words] = {
    "centre": ("中央", "centre"),
    "province": ("省", "province"),
    "prefecture": ("州市", "prefecture"),
    "county": ("县区", "county"),
    "none": ("—", "—"),
}
KIND: Mapping[str, Words] = {
    "law": ("法律", "law"),
    "regulation": ("行政法规", "regulation"),
    "instrument": ("规范性文件", "instrument"),
    "reply": ("答复", "reply"),
    "speech": ("讲话", "speech"),
    "secondary": ("二手资料", "secondary source"),
    "reading": ("本系统的读法", "our readings"),
}


def pick(words: Words, lang: str) -> str:
    """The one of the two that is asked for."""
    return words[lang != "zh"]


def word(table: Mapping[str, Words], name: str, lang: str) -> str:
    """What a coded name is called; an unknown one is shown with blanks for its lines."""
    return pick(table[name], lang) if name in table else name.replace("_", " ")


def layer_title(name: str, title: str, lang: str) -> str:
    """A layer's name: the law's own title in Chinese, ours in English."""
    return (title or word(FUND, name, lang)) if lang == "zh" else word(FUND, name, lang)


def part_title(part: str, titles: Mapping[str, str], lang: str) -> str:
    """A part of the person's burden; ``share_<layer>`` names the layer."""
    for lead, words in (("share_", ("按比例自付", "own share")), ("own_", ("个人账户支付", "personal account"))):
        layer = part.removeprefix(lead)
        if layer != part:
            named = layer_title(layer, titles.get(layer, ""), lang)
            return f"{words[0]}（{named}）" if lang == "zh" else f"{words[1]} ({named})"
    return word(PART, part, lang)


def percent(rate: int, scale: int) -> str:
    """A rate as percent text without trailing zeros."""
    whole, rest = divmod(rate * 100, scale)
    digits = len(str(scale)) - 1
    tail = str(rest).rjust(digits, "0").rstrip("0")
    return f"{whole}{'.' + tail if tail else ''}%"
