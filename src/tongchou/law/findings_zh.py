"""Findings in Chinese: a sentence for each code, and the phrases that the checks use; what has none stays English."""

from __future__ import annotations

import re
from functools import cache

from .findings import Finding

HEADS = {
    "area_cycle": "地区的上级链成环",
    "attribute_standard": "重复声明标准列",
    "bad_name": "名称不合规",
    "bands_out_of_order": "分段上限不递增",
    "case_differs": "算例不符",
    "case_refused": "算例无法结算",
    "document_repealed": "引用已废止文件",
    "duplicate_key": "键重复",
    "duplicate_name": "名称重复",
    "empty_period": "起止日期无区间",
    "gap": "数值有空档",
    "law_empty": "文件为空",
    "law_not_utf8": "文件不是UTF-8",
    "law_unreadable": "无法读取",
    "low_tier_untied": "低缴低保缴费与待遇不一致",
    "missing_cell": "取值表有遗漏",
    "missing_key": "缺少必填项",
    "not_a_date": "日期无效",
    "not_supported": "暂不支持的词",
    "not_yaml": "YAML格式错误",
    "out_of_range": "数值越界",
    "outside_period": "日期超出所在块",
    "overflow_cycle": "溢出流向在前的层",
    "overflow_never_fed": "溢出层无来源",
    "overflow_no_layer": "溢出无承接层",
    "overlap": "数值重叠",
    "pension_reserved": "地方不得自定养老保险政策",
    "pool_counted_twice": "同一累计重复计数",
    "rate_too_fine": "比率位数过多",
    "to_fill_in": "待填",
    "truth_key": "裸写的真假词作键",
    "unknown_area": "地区代码不存在",
    "unknown_clause": "条款未登记",
    "unknown_document": "文件未登记",
    "unknown_file": "无人读取的文件",
    "unknown_key": "不认识的键",
    "unknown_word": "不认识的取值",
    "unreachable_cell": "永远用不到的取值",
    "value_without_clause": "数值无条款",
    "value_without_status": "数值无可信度",
    "wrong_place": "位置不对",
    "wrong_type": "类型不对",
    "yaml_alias": "不允许锚点和别名",
    "yaml_tag": "不允许标签",
}
"""What each code says, in the words of docs/errors.md."""

PHRASES = (
    # {} holds what the finding itself names
    ("edges from the lowest to the highest", "从低到高的下沿"),
    ("a first edge that is the attribute's min", "首个下沿等于该属性的 min"),
    ("an edge that differs from min", "与 min 不同"),
    ("the lower edge of a bin: {}", "某一分段的下沿：{}"),
    ("bins that follow one another", "相邻的分段"),
    ("a bin left out between them", "中间漏了分段"),
    ("bands with band_scope year or episode", "band_scope 为 year 或 episode 的 bands"),
    ("a layer that keeps no running cost", "该层不累计费用"),
    ("two or more different layers", "两个以上不同的层"),
    ("alternatives that stand together, one after the other", "前后相连的备选层"),
    ("{} between them", "中间隔着 {}"),
    ("a layer in one choice only", "每层只在一处 choose 中"),
    (
        "caps with the balance: {amount: {attr: <balance>}, per: none}",
        "写明余额的限额 {amount: {attr: <余额>}, per: none}",
    ),
    ("no caps", "没有限额"),
    ("cash alone and last: it pays what no source pays", "cash 单独列在最后：其他来源未付的由它付"),
    ("not the last", "不在最后"),
    ("each source's name once", "每个来源名称只出现一次"),
    ("the key 'balance' with a declared attribute of type money", "键 'balance'，取已声明的 money 类属性"),
    ("unit or package", "unit 或 package"),
    ("both", "两者都有"),
    (
        "at most {} yuan for the most of {} where a lower bill is paid the whole",
        "按 {1} 的最大值不超过 {0} 元（账单较低时仍付足额）",
    ),
    ("at most {} yuan where a lower bill is paid the price", "不超过 {} 元（账单较低时仍付足额）"),
    ("{} yuan", "{} 元"),
    (
        "declare an attribute with a `max` that fits and measure that instead of {}",
        "请声明一个带合适 `max` 的属性，代替 {} 计量",
    ),
    ("did you mean {}?", "是否想写 {}？"),
    ("known here: none", "此处一个也没有"),
    ("known here: {}", "此处可用：{}"),
    ("a known word", "认识的词"),
    ("nothing", "没有"),
    ("none", "没有"),
    ("neither", "两者皆无"),
    ("twice", "两次"),
    ("the key 'source' or 'clause'", "键 'source' 或 'clause'"),
    ("the key 'clause' or 'clauses'", "键 'clause' 或 'clauses'"),
    ("the key {}", "键 {}"),
    ("a mapping with the key 'name'", "含键 'name' 的映射"),
    ("a mapping with {}", "含这些键的映射：{}"),
    ("a mapping of claims columns", "明细各列的映射"),
    ("a mapping of {}", "{} 项的映射"),
    ("a mapping", "映射（键: 值）"),
    ("an empty mapping", "空映射"),
    ("something else", "别的内容"),
    ("a list of different codes", "互不相同的代码列表"),
    ("a list of different parts", "互不相同的负担分项列表"),
    ("a list of provisions", "规定的列表"),
    ("a list of {}", "{} 项的列表"),
    ("a list", "列表"),
    ("an empty list", "空列表"),
    ("an empty table", "空表"),
    ("an empty file", "空文件"),
    ("text", "文字"),
    ("a text or a number", "文字或数字"),
    ("true or false", "true 或 false"),
    ("a date YYYY-MM-DD", "日期 YYYY-MM-DD"),
    ("a day MM-DD (01 to 28)", "月日 MM-DD（01 至 28 日）"),
    ("an amount in yuan, two decimals at most", "金额（元，最多两位小数）"),
    ("a percentage from 0 to 100", "0 至 100 的百分比"),
    ("a factor from 0 to 100, eight decimals at most", "0 至 100 的倍数，最多八位小数"),
    ("a whole number from {} to {}", "{} 至 {} 的整数"),
    ("a whole number", "整数"),
    (
        "a number or one of index (with times), steps, attr, sum, min_of",
        "数字，或 index（可带 times）、steps、attr、sum、min_of 之一",
    ),
    ("a number", "数字"),
    ("a value on every day", "每一天都有取值"),
    ("a value for each of its codes", "每个代码各一个值"),
    ("a value from {} to {}", "{} 至 {} 的值"),
    ("a value, a list of values or {min, max, is, not}", "一个值、值的列表，或 {min, max, is, not}"),
    ("a value", "一个值"),
    ("none from {} to {}", "{} 至 {} 没有取值"),
    ("none in force on {}", "{} 没有生效的层"),
    ("none for {}", "这种情形没有取值：{}"),
    ("add the missing version or correct the dates", "补上缺少的版本，或改正日期"),
    ("one value on {}", "{} 只有一个取值"),
    ("two, from {} and from {}", "有两个，分别自 {} 和 {} 起"),
    (
        "end the one before the other begins, or give the later known one its own `known`",
        "让前者在后者开始前终止，或给后知的一个写上 `known`",
    ),
    ("end the one before the other begins", "让前者在后者开始前终止"),
    ("{} once on any day", "{} 在任何一天只出现一次"),
    ("twice on a day", "同一天出现两次"),
    ("one catalogue {} on any day", "任何一天只有一个目录 {}"),
    ("an end after the start", "终止日在起始日之后"),
    ("a day within {} to {}", "{} 至 {} 之内的日期"),
    ("{} to {}", "{} 至 {}"),
    ("a registered document", "已登记的文件"),
    ("a clause of its own", "本文件自己的条款"),
    ("a clause of {}", "{} 的条款"),
    ("the code of an area", "已有地区的代码"),
    ("an area above it", "其上级地区"),
    (
        "a nation has no parent, a province the nation, a prefecture its province",
        "全国没有上级，省的上级是全国，市的上级是省",
    ),
    ("six digits (GB/T 2260)", "六位数字（GB/T 2260）"),
    ("an area with an area.yaml", "有 area.yaml 的地区"),
    ("the folder's code {}", "与目录相同的代码 {}"),
    ("catalogues in diseases.yaml", "病种目录写在 diseases.yaml"),
    ("rename the file", "改文件名"),
    ("rename it", "改名"),
    ("move or remove it", "移到对的位置，或删去"),
    ("a name that ends in .yaml", "以 .yaml 结尾的文件名"),
    ("a file with scheme, subject or catalogues", "含 scheme、subject 或 catalogues 的文件"),
    ("clause: <document> <clause>", "clause: <文件> <条款>"),
    ("name the document and clause the value stands in", "写明该数值出自哪份文件哪一条"),
    ("status: official, secondary or assumed", "status: official（正式）、secondary（二手）或 assumed（推定）"),
    ("a document in force on {} and after", "{} 及以后仍有效的文件"),
    ("{}, repealed by {} on {}", "{}，{} 已将其废止（{}）"),
    ("{}, ended on {}", "{}，已于 {} 失效"),
    ("end the value there, or cite what replaced it", "让该数值在此日终止，或引用取代它的文件"),
    ("a cell for every claim", "任何明细都能查到取值"),
    ("a cell that some claim meets", "有明细会用到的取值"),
    ("one that earlier cells leave nothing for", "前面的取值已全部覆盖，轮不到它"),
    ("remove it or put it earlier", "删去，或移到前面"),
    ("add the cell, or a last one without `when`", "补上该取值，或在最后加一个不带 `when` 的"),
    ("a last cell without condition in a table this large", "这么大的表最后要有一个不带条件的取值"),
    ("end the list with {value: …}", "列表以 {value: …} 结尾"),
    ("an edge above {}", "高于 {} 的上限"),
    ("an upper edge on every band but the last", "除最后一段外每段都有上限"),
    ("no edge", "没有上限"),
    ("write the bands from the lowest to the highest", "各段由低到高写"),
    ("a layer that comes later", "在后面的层"),
    ("put the layer after this one", "把该层移到本层之后"),
    ("{}, which comes first", "{}，它在前面"),
    ("{}, which comes here", "{}，就是本层"),
    (
        "a layer with intake overflow:{} on every day of the cap's own",
        "限额生效的每一天都有 intake 为 overflow:{} 的层",
    ),
    ("a layer with intake overflow:{}", "有一层的 intake 为 overflow:{}"),
    ("add the layer, or leave `then` out", "补上该层，或去掉 `then`"),
    ("give both layers the same dates", "让两层起止日期一致"),
    ("an earlier cap with then: {}", "前面有限额写着 then: {}"),
    ("add `then` to the cap that feeds it, or remove the layer", "给流入的限额加上 `then`，或删去该层"),
    ("a total of its own for the cap on {}", "按 {} 的限额另有自己的累计"),
    (
        "the pool {} of caps[{}], which limits {}: each claim would add to it twice",
        "与 caps[{1}]（按 {2}）共用累计 {0}，每笔会计两次",
    ),
    ("give one of the two caps another `pool`", "给其中一个限额另写 `pool`"),
    ("a scheme of the area with the attribute {}, one of its words {}", "本地区有一个方案声明属性 {}，取值含 {}"),
    (
        "add the attribute and the factor to the scheme, or remove the lower contribution",
        "给方案补上该属性和系数，或删去低档缴费",
    ),
    ("the parameter {} of the area", "本地区的参数 {}"),
    ("add the parameter, or remove the attribute and its factors", "补上该参数，或删去该属性及其系数"),
    ("write the same number in both, with the same dates", "两处写相同的数，起止日期也相同"),
    ("the factor {} on {} where {} is {}, as the contribution", "{1} 时 {2} 为 {3} 的系数与缴费相同，即 {0}"),
    ("one that depends on a fact", "随某项事实而变的系数"),
    ("rates whose changes multiply to at most eight decimals", "连乘后不超过八位小数的比率"),
    ("use fewer decimals", "减少小数位"),
    ("one of rate, bands, top_up", "rate、bands、top_up 恰好一个"),
    ("one of {}", "其中之一：{}"),
    ("{} and {}", "{} 和 {}"),
    ("at least one layer", "至少一层"),
    ("at least one band", "至少一段"),
    ("at least one value", "至少一个值"),
    ("at least one attribute", "至少一个属性"),
    ("at least one condition", "至少一个条件"),
    ("at least one claim", "至少一笔明细"),
    ("at least one expected column", "至少一个应得列"),
    ("bands where as is edge", "as 为 edge 时用 bands"),
    ("no bands", "没有 bands"),
    ("a rate", "比率"),
    ("an amount", "金额"),
    ("an intake of cost", "承接费用的 intake"),
    ("the person's parts", "个人负担分项"),
    ("an intake {burden: […]}", "intake 为 {burden: […]}"),
    ("a word of type {}", "{} 类属性的词"),
    ("no bins: the lookups' own edges serve", "不写 bins：取值表自己的界限即可"),
    ("{} decimals", "{} 位小数"),
    ("a word this version reckons", "本版本能计算的词"),
    ("attributes of the claim", "明细的属性"),
    ("a name of its own", "自己的名称"),
    ("{}, a standard column", "{}，它是标准列"),
    ("leave it out: it may be used as it is", "去掉即可：标准列可直接使用"),
    ("leave it out", "去掉它"),
    ("a name of a-z, 0-9, _ (at most 41, a letter first)", "由 a-z、0-9、_ 组成、字母开头、最多 41 个字符的名称"),
    ("a name other than {}", "不是这些的名称：{}"),
    ("the name of a catalogue", "病种目录的名称"),
    ("the area has no catalogue of diseases", "该地区没有病种目录"),
    ("a declared attribute of type {}", "已声明的 {} 类属性"),
    (
        "claim, part:<name>, overflow:<tag> or {burden: [parts]}",
        "claim、part:<名称>、overflow:<标签> 或 {burden: [分项]}",
    ),
    ("each key once", "每个键只写一次"),
    ("{} again", "{} 又写了一次"),
    ("keep one of the two", "只留一个"),
    ("rename one, or join the two", "改其一的名称，或合并"),
    ("each area once", "每个地区一次"),
    ("each layer's name once", "每个层名一次"),
    ("each name once in an area", "同一地区每个名称一次"),
    ("each document id once", "每个文件编号一次"),
    ("each clause id once", "每个条款号一次"),
    ("each case name once", "每个算例名一次"),
    ("each id once", "每个编号一次"),
    ("min not above max", "min 不大于 max"),
    ("only caps and the last band may be unlimited", "只有限额和最后一段可以无上限"),
    ("leave `when` out: always", "总是适用就不写 `when`"),
    ("a readable file", "可读的文件"),
    ("a law tree with YAML files", "含 YAML 文件的法规目录"),
    ("name a folder with documents/ and areas/", "请给出含 documents/ 与 areas/ 的目录"),
    ("byte {}", "字节 {}"),
    ("save it as UTF-8", "请另存为 UTF-8"),
    ("well-formed YAML", "格式正确的 YAML"),
    ("plain values", "普通的值"),
    ("an anchor or alias", "锚点或别名"),
    ("write the value out", "把值写全"),
    ("the tag {}", "标签 {}"),
    ("leave the tag out", "去掉标签"),
    ("a word as key", "一个词作键"),
    ("a collection as key", "集合作键"),
    ("a name as key", "名称作键"),
    ("the bare word {}", "裸写的词 {}"),
    ("a YAML reader takes it for true or false; use another name or quote it", "YAML 会把它读成真假值；请换名或加引号"),
    ("one document", "一个文档"),
    ("a second one (---)", "第二个（---）"),
    ("at most {} levels", "最多 {} 层"),
    ("at most {} bytes", "最多 {} 字节"),
    ("{} bytes", "{} 字节"),
    ("more", "更多"),
    ("a placeholder {}", "占位词 {}"),
    ("a column of this scheme", "本方案的列"),
    ("a claim that can be settled", "能结算的明细"),
    ("correct the claim, or expect {refused: <code>}", "改正该明细，或写 expect: {refused: <代码>}"),
    ("settled", "已结算"),
    (
        "the law or the case is wrong; see --explain (source: {})",
        "法规或算例有一个不对，可加 --explain 看逐步计算（出处：{}）",
    ),
    ("say where the expected figures come from", "写明应得数的出处"),
)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Phrases with holes, those that say most first; a hole in a short phrase is one word."""

    def pattern(english: str) -> re.Pattern[str]:
        hole = r"(\S+)" if len(english.replace("{}", "").strip()) < 6 else "(.+?)"
        return re.compile(re.escape(english).replace(r"\{\}", hole) + r"\Z", re.S)

    holed = sorted((p for p in PHRASES if "{}" in p[0]), key=lambda p: -len(p[0]))
    return tuple((pattern(en), zh) for en, zh in holed)


@cache
def _plain() -> dict[str, str]:
    return {en: zh for en, zh in PHRASES if "{}" not in en}


def phrase_zh(text: str) -> str:
    """A phrase of a finding in Chinese; one that is not known as it is."""
    if text in _plain():
        return _plain()[text]
    for pattern, zh in _patterns():
        match = pattern.match(text)
        if match:
            return _filled(zh, match.groups())
    return text


def _filled(zh: str, found: tuple[str, ...]) -> str:
    """A Chinese phrase with its holes filled, in order or by number."""
    for i, text in enumerate(found):
        hole = f"{{{i}}}"
        zh = zh.replace(hole, text) if hole in zh else zh.replace("{}", text, 1)
    return zh


def sentence_zh(f: Finding) -> str:
    """The finding as one line: place, code, what is wrong, where, expected, found, what to do."""
    head = HEADS.get(f.code, f.code)
    if f.code == "to_fill_in":
        return f"{f.place}：{f.code}：{f.where} 待填：{f.expected}"
    also = f"（另见 {f.other}）" if f.other else ""
    fix = f" → {phrase_zh(f.fix)}" if f.fix else ""
    return (
        f"{f.place}：{f.code}（{head}）：{f.where}：应为 {phrase_zh(f.expected)}；实为 {phrase_zh(f.found)}{also}{fix}"
    )
