"""Why an event is held: kept whole, listed for the manager, not counted until it is admitted."""

from dataclasses import dataclass
from typing import Final

from service.domain.problems import Words

UNKNOWN_LABEL: Final = "unknown_label"
UNKNOWN_POINT: Final = "unknown_point"
UNKNOWN_TITLE: Final = "unknown_title"
UNKNOWN_OFFICE: Final = "unknown_office"
UNKNOWN_ROUTE: Final = "unknown_route"
UNKNOWN_SCAN: Final = "unknown_scan"
ID_CONFLICT: Final = "id_conflict"
NEWER_FORMAT: Final = "newer_format"
MALFORMED: Final = "malformed"
IMPOSSIBLE_TIME: Final = "impossible_time"
UNVERIFIED: Final = "unverified"

# With {detail}: the code that is not known, the field that is wrong.
WORDS: Final = {
    UNKNOWN_LABEL: Words(
        "标签 {detail} 不属于任何投递点，也没有选定投递点",
        "The label {detail} names no point, and no stop was chosen",
    ),
    UNKNOWN_POINT: Words("没有投递点 {detail}", "There is no point {detail}"),
    UNKNOWN_TITLE: Words("没有报刊 {detail}", "There is no title {detail}"),
    UNKNOWN_OFFICE: Words("没有支局 {detail}", "There is no office {detail}"),
    UNKNOWN_ROUTE: Words("没有段道 {detail}", "There is no route {detail}"),
    UNKNOWN_SCAN: Words(
        "要撤销的扫码记录还没有收到", "The scan that it takes back has not come yet"
    ),
    ID_CONFLICT: Words(
        "同一编号已有内容不同的记录", "Another event with this id and other content came before"
    ),
    NEWER_FORMAT: Words(
        "服务还不认识这种记录（{detail}），更新后会自动计入",
        "The service does not know this kind of event yet ({detail}); its update will",
    ),
    MALFORMED: Words("记录内容有误：{detail}", "The event is malformed: {detail}"),
    IMPOSSIBLE_TIME: Words(
        "时间不在 1970 年到 2100 年之间", "Its time is not between 1970 and 2100"
    ),
    UNVERIFIED: Words(
        "来自签名不符的文件，需人工核实", "It came in a file whose signature is not right"
    ),
}
CODES: Final = tuple(WORDS)


@dataclass(frozen=True, slots=True)
class Why:
    """Why an event is held: a code of `CODES`, and what the code is about."""

    code: str
    detail: str | None = None

    def message(self) -> dict[str, str]:
        """Return why, in both languages: `{"zh": …, "en": …}`."""
        return message(self.code, self.detail)


def message(code: str, detail: str | None) -> dict[str, str]:
    """Return in both languages what a code and its detail mean."""
    words = WORDS[code]
    shown = {"detail": detail or ""}
    return {each: words.in_language(each, **shown).replace("  ", " ") for each in ("zh", "en")}
