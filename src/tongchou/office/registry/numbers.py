"""Numbers of people and units: brought to one form, checked, and turned into the digest they are found by.

Resident numbers follow GB 11643—1999 (check sign ISO 7064 MOD 11-2); one of 15 digits (GB 11643—1989) becomes its twin
of 18, so both are one number. Permanent residence cards of foreigners have 18 signs built alike, or the older form of
three letters and twelve digits. Unified social credit codes follow GB 32100—2015 (MOD 31-3). No refusal holds a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ..frame import secrecy
from ..frame.blur import upright
from ..frame.refusal import OfficeRefused
from ..frame.signs import CHECK_SIGNS, CODE, CODE_SIGNS, CODE_WEIGHTS, WEIGHTS, check_sign, code_sign

__all__ = [
    "CHECK_SIGNS", "CODE_SIGNS", "CODE_WEIGHTS", "KINDS", "SEXES", "WEIGHTS", "Checked", "check", "check_sign",
    "code_sign", "digest", "digests", "employer_code", "inside", "normal", "upright",
]  # fmt: skip
KINDS = {
    "resident_id": ("居民身份证", "resident identity card"),
    "foreign_id": ("外国人永久居留身份证", "permanent residence card of a foreigner"),
    "passport": ("护照", "passport"),
}
SEXES = {"M": ("男", "male"), "F": ("女", "female")}


@dataclass(frozen=True)
class Checked:
    """A number in its one form, with birth and sex as it tells them, or as they were given where it tells none."""

    kind: str
    normal: str
    born: date
    sex: str

    @property
    def digest(self) -> bytes:
        """The 32 bytes it is found by."""
        return digest(self.kind, self.normal)

    @property
    def masked(self) -> str:
        """The number as a screen shows it."""
        return secrecy.mask(self.normal)


def normal(kind: str, text: str) -> str:
    """A number in its one form. Raises ``number_invalid``, ``number_rounded``, ``number_check_sign``."""
    number = upright(text)
    if kind == "passport":
        if not re.fullmatch(r"[A-Z0-9]{5,20}", number):
            raise _form("5至20位字母或数字", "5 to 20 letters or digits")
        return number
    if kind == "foreign_id" and re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return number
    if re.fullmatch(r"[0-9](\.[0-9]+)?E\+?[0-9]+", number):
        raise OfficeRefused(
            "number_rounded",
            "证件号码被表格软件存成了数值，末几位已丢失；请将该列设为“文本”后重新录入",
            "the spreadsheet kept it as a quantity and lost its last digits; set the column to text, enter it anew",
            "number",
        )
    first = "9" if kind == "foreign_id" else "1-8"
    if kind == "resident_id" and re.fullmatch(r"[1-8][0-9]{14}", number):
        # GB 11643—1989 left the century out; every number of that form is of the 1900s.
        number = f"{number[:6]}19{number[6:]}"
        return number + check_sign(number)
    if not re.fullmatch(rf"[{first}][0-9]{{16}}[0-9X]", number):
        raise _form("18位（末位可为X）或15位数字", "18 digits (the last may be X), or 15 of the old form")
    if number[17] != check_sign(number):
        raise OfficeRefused(
            "number_check_sign",
            "证件号码的校验位不符，请核对是否录错",
            "the check sign of the number does not fit; look for a wrong digit",
            "number",
        )
    return number


def inside(number: str) -> tuple[date, str] | None:
    """Birth and sex that a number in its one form holds; None for passports and old cards of foreigners.

    Raises OfficeRefused ``number_birth_invalid`` where the eight digits are no day.
    """
    if len(number) != 18 or not number[:17].isdigit():
        return None
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        if born.year < 1800:
            raise ValueError
    except ValueError as e:
        raise OfficeRefused(
            "number_birth_invalid",
            "证件号码中的出生日期不是有效日期",
            "the digits of the birth date in the number are no day",
            "number",
        ) from e
    return born, "M" if int(number[16]) % 2 else "F"


def check(kind: str, text: str, born: date | None = None, sex: str | None = None) -> Checked:
    """A number with the birth date and sex given beside it, which must agree with those inside it (GB 11643).

    Raises OfficeRefused: ``number_invalid``, ``number_check_sign``, ``number_birth_invalid``, ``birth_differs``,
    ``sex_differs``, and ``argument_missing`` where neither the number nor the caller tells birth or sex.
    """
    number = normal(kind, text)
    told = inside(number)
    if told is not None:
        if born is not None and born != told[0]:
            raise OfficeRefused(
                "birth_differs",
                "出生日期与证件号码中的不一致",
                "the birth date is not the one in the number",
                "born",
            )
        if sex is not None and sex != told[1]:
            raise OfficeRefused(
                "sex_differs", "性别与证件号码中的不一致", "the sex is not the one in the number", "sex"
            )
        return Checked(kind, number, *told)
    if born is None:
        raise OfficeRefused("argument_missing", "缺少“出生日期”", "born is missing", "born")
    if sex is None:
        raise OfficeRefused("argument_missing", "缺少“性别”", "sex is missing", "sex")
    return Checked(kind, number, born, sex)


def digest(kind: str, number: str) -> bytes:
    """The keyed digest (32 bytes) of a number in its one form; the kind is part of it, so that no two kinds meet."""
    return secrecy.keyed_digest(f"{kind}:{number}")


def digests(text: str) -> list[bytes]:
    """The digests of every kind of number a text can be, for finding its person; none where it can be none."""
    found = []
    for kind in KINDS:
        try:
            found.append(digest(kind, normal(kind, text)))
        except OfficeRefused:
            continue
    return found


def employer_code(text: str) -> str:
    """A unified social credit code in its one form. Raises OfficeRefused: ``code_invalid``, ``code_check_sign``."""
    code = upright(text)
    if not CODE.fullmatch(code):
        raise OfficeRefused(
            "code_invalid",
            "统一社会信用代码应为18位（数字与大写字母，不含I、O、S、V、Z，第3至8位为数字）",
            "a unified social credit code has 18 signs: digits and letters without I O S V Z, digits at 3 to 8",
            "code",
        )
    if code[17] != code_sign(code):
        raise OfficeRefused(
            "code_check_sign",
            "统一社会信用代码的校验位不符，请核对是否录错",
            "the check sign of the unified social credit code does not fit; look for a wrong sign",
            "code",
        )
    return code


def _form(zh: str, en: str) -> OfficeRefused:
    return OfficeRefused("number_invalid", f"证件号码应为{zh}", f"the number: expected {en}", "number")
