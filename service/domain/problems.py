"""Every error of ours, once: code, HTTP status, title and hint in Chinese and English.

The API answers with them (RFC 9457), the pages and the command line print them, docs/api.md lists
them. Nothing else in the service invents the text of an error.
"""

from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages; it may have {names} to fill in."""

    zh: str
    en: str

    def in_language(self, language: str, **values: object) -> str:
        """Return the text in `zh` or `en`, filled in; any other language reads English."""
        text = self.zh if language == "zh" else self.en
        return text.format(**values) if values else text


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of error: what is wrong (`title`), and what to do about it (`hint`)."""

    code: str
    status: int
    title: Words
    hint: Words


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A kind of error of one parameter; `text` may hold {field}, {value} and {choices}."""

    code: str
    text: Words


@dataclass(frozen=True, slots=True)
class Fault:
    """One parameter that is wrong, and why."""

    problem: FieldProblem
    values: tuple[tuple[str, object], ...] = ()

    def text(self, language: str) -> str:
        """Return what is wrong with the parameter, in `zh` or `en`."""
        return self.problem.text.in_language(language, **dict(self.values))


def fault(problem: FieldProblem, **values: object) -> Fault:
    """Return the fault of a kind, with the values that its text shows, cut to a readable length."""
    shown = ((name, _short(value) if name == "value" else value) for name, value in values.items())
    return Fault(problem, tuple(shown))


def _short(value: object, longest: int = 60) -> str:
    text = str(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"


# --- What can be wrong with one parameter ------------------------------------------------------

MISSING = FieldProblem("missing", Words("缺少这个参数", "is missing"))
EMPTY = FieldProblem("empty", Words("不能为空", "is empty"))
UNKNOWN_PARAMETER = FieldProblem(
    "unknown_parameter", Words("没有这个参数", "is not a parameter of this question")
)
REPEATED = FieldProblem("repeated", Words("只能给出一次", "is given more than once"))
NOT_A_TEXT = FieldProblem(
    "not_a_text",
    Words("不是 1 到 200 个字符的文字", "is not a text of 1 to 200 characters"),
)
NOT_A_CHOICE = FieldProblem(
    "not_a_choice", Words("“{value}”不在可选项中：{choices}", "{value} is not one of {choices}")
)
NOT_A_DATE = FieldProblem(
    "not_a_date",
    Words("“{value}”不是 2026-07-06 这样的日期", "{value} is not a date like 2026-07-06"),
)
DATE_OUT_OF_RANGE = FieldProblem(
    "date_out_of_range",
    Words("{value} 不在 1970 年到 2100 年之间", "{value} is not between 1970 and 2100"),
)
NOT_AN_INSTANT = FieldProblem(
    "not_an_instant",
    Words(
        "“{value}”不是 2026-07-14T00:00:00+08:00 这样带时差的时刻",
        "{value} is not an instant with an offset like 2026-07-14T00:00:00+08:00",
    ),
)
INSTANT_OUT_OF_RANGE = FieldProblem(
    "instant_out_of_range",
    Words("{value} 不在 1970 年到 2100 年之间", "{value} is not between 1970 and 2100"),
)
SINCE_AFTER_UNTIL = FieldProblem(
    "since_after_until",
    Words("开始日期 {since} 晚于结束日期 {until}", "since {since} is after until {until}"),
)
NO_SUCH_CODE = FieldProblem("no_such_code", Words("没有代码“{value}”", "there is no {value}"))
BRANCH_NEEDED = FieldProblem(
    "branch_needed",
    Words("这里有多个机构，请选一个：{choices}", "there are several branches, choose of {choices}"),
)
NOT_A_UUID = FieldProblem(
    "not_a_uuid",
    Words("“{value}”不是 UUID", "{value} is not a UUID"),
)
NOT_A_SECRET = FieldProblem(
    "not_a_secret",
    Words(
        "不是足够长的 base64url（令牌至少 43 个字符）",
        "is not base64url of the right length (a token has at least 43 characters)",
    ),
)
NOT_A_LIST = FieldProblem("not_a_list", Words("不是列表", "is not a list"))
NOT_A_COUNT = FieldProblem(
    "not_a_count",
    Words(
        "“{value}”不是 {low} 到 {high} 的整数", "{value} is not a whole number from {low} to {high}"
    ),
)
NOT_A_LOGIN = FieldProblem(
    "not_a_login",
    Words(
        "“{value}”不能作登录名：请用 2 到 100 个小写字母、数字和 . _ @ -",
        "{value} is not 2 to 100 small letters, digits and . _ @ -",
    ),
)
LOGIN_TAKEN = FieldProblem("login_taken", Words("“{value}”已有人使用", "{value} is taken"))
DISABLED = FieldProblem("disabled", Words("“{value}”已停用", "{value} is disabled"))
NOT_THEIRS = FieldProblem(
    "not_theirs", Words("令牌 {value} 不是“{login}”的", "{value} is not a token of {login}")
)
WEAK_PASSWORD = FieldProblem(
    "weak_password",
    Words(
        "密码太简单：除登录名外至少 {shortest} 个字符，其中至少 {different} 个互不相同",
        "is too weak: at least {shortest} characters besides the login, "
        "at least {different} of them different",
    ),
)
POSTMASTERS_ONLY = FieldProblem(
    "postmasters_only", Words("只有支局长需要支局", "is only for a postmaster")
)

FIELD_PROBLEMS: Final = (
    MISSING,
    EMPTY,
    UNKNOWN_PARAMETER,
    REPEATED,
    NOT_A_TEXT,
    NOT_A_CHOICE,
    NOT_A_DATE,
    DATE_OUT_OF_RANGE,
    NOT_AN_INSTANT,
    INSTANT_OUT_OF_RANGE,
    SINCE_AFTER_UNTIL,
    NO_SUCH_CODE,
    BRANCH_NEEDED,
    NOT_A_UUID,
    NOT_A_SECRET,
    NOT_A_LIST,
    NOT_A_COUNT,
    NOT_A_LOGIN,
    LOGIN_TAKEN,
    DISABLED,
    NOT_THEIRS,
    WEAK_PASSWORD,
    POSTMASTERS_ONLY,
)

# --- What can be wrong with a request ----------------------------------------------------------

WRONG_QUESTION = Problem(
    "wrong_question",
    422,
    Words("参数有误", "The question is not understood"),
    Words("请按 errors 中的说明改正参数", "Mend the parameters that errors names"),
)
UNKNOWN_CODE = Problem(
    "unknown_code",
    422,
    Words("没有这个代码", "There is no such code"),
    Words("请核对代码，注意大小写", "Check the code; upper and lower case differ"),
)
UNKNOWN_BRANCH = Problem(
    "unknown_branch",
    422,
    Words("没有这个机构", "There is no such branch"),
    Words("请核对机构代码", "Check the branch's code"),
)
NO_BRANCH = Problem(
    "no_branch",
    404,
    Words("还没有数据", "There are no records yet"),
    Words("请先导入数据：jianbao import 目录", "Import a feed first: jianbao import FEED"),
)
SEVERAL_BRANCHES = Problem(
    "several_branches",
    422,
    Words("请选择机构", "Which branch?"),
    Words("用 branch 参数给出机构代码", "Name one with the parameter branch"),
)
BAD_REQUEST = Problem(
    "bad_request",
    400,
    Words("请求有误", "The request is not understood"),
    Words("请核对地址和内容", "Check the address and the content"),
)
LOGIN_NEEDED = Problem(
    "login_needed",
    401,
    Words("请先登录", "Log in first"),
    Words(
        "请在 /login 登录，或用 jianbao token 给出的令牌",
        "Log in at /login, or send a token that jianbao token gave out",
    ),
)
UNKNOWN_TOKEN = Problem(
    "unknown_token",
    401,
    Words("没有这个令牌", "The token is not known"),
    Words(
        "请核对 Authorization: Bearer；手机请重新登记",
        "Check Authorization: Bearer; a phone presents its ticket or is enrolled again",
    ),
)
REVOKED_TOKEN = Problem(
    "revoked_token",
    401,
    Words("令牌已停用", "The token has been revoked"),
    Words("请向管理人员要一个新的", "Ask a manager for a new one; what waits to be sent stays"),
)
UNKNOWN_ENROLMENT = Problem(
    "unknown_enrolment",
    404,
    Words("没有这个登记码，或已过期", "There is no such enrolment code, or it has expired"),
    Words("请管理人员重新出示二维码", "Ask a manager to show a new one"),
)
USED_ENROLMENT = Problem(
    "used_enrolment",
    409,
    Words("这个登记码已被另一部手机使用", "Another phone has used this enrolment code"),
    Words("请管理人员重新出示二维码", "Ask a manager to show a new one"),
)
INSTALLATION_TAKEN = Problem(
    "installation_taken",
    409,
    Words("这个安装编号或令牌已经存在", "This installation or token exists already"),
    Words("请重新生成后再试", "Make new ones and try again"),
)
UNKNOWN_EVENT = Problem(
    "unknown_event",
    404,
    Words("还没有收到这条记录", "The event has not come yet"),
    Words("请先同步，再发照片", "Sync first, then send its photo"),
)
NOT_A_PHOTO = Problem(
    "not_a_photo",
    422,
    Words("不是可用的照片", "This is not a photo that can be kept"),
    Words(
        "请发送不超过 1 MB、2500 万像素的 JPEG",
        "Send a JPEG of at most 1 MiB and 25 million pixels",
    ),
)
FORM_EXPIRED = Problem(
    "form_expired",
    400,
    Words("表单已失效", "The form is no longer valid"),
    Words("请返回并刷新页面，再提交一次", "Go back, reload the page and send it again"),
)
NOT_A_QUEUE_FILE = Problem(
    "not_a_queue_file",
    422,
    Words("不是手机保存的队列文件", "This is not a queue that a phone has saved"),
    Words("请选择应用里“保存到文件”得到的文件", "Choose the file that the app saved"),
)
UNKNOWN_INSTALLATION = Problem(
    "unknown_installation",
    422,
    Words("不认识保存这个文件的手机", "The phone that saved this file is not known"),
    Words(
        "请确认文件来自本系统登记过的手机", "Check that the phone was enrolled with this service"
    ),
)
FORBIDDEN = Problem(
    "forbidden",
    403,
    Words("没有权限", "Not allowed"),
    Words("请用有权限的账号", "Use an account that may do this"),
)
FOREIGN_INSTALLATION = Problem(
    "foreign_installation",
    403,
    Words("这些记录来自另一次登记", "These events are of another enrolment"),
    Words(
        "请用 installation_token 附上那次登记的令牌",
        "Send the token of that enrolment along as installation_token",
    ),
)
NOT_FOUND = Problem(
    "not_found",
    404,
    Words("没有这个页面", "There is nothing at this address"),
    Words(
        "请核对地址；接口清单见 /api/v1/docs", "Check the address; /api/v1/docs lists what there is"
    ),
)
METHOD_NOT_ALLOWED = Problem(
    "method_not_allowed",
    405,
    Words("这个地址不接受这种方法", "This address does not take this method"),
    Words("可用的方法见 Allow 头", "The header Allow names those that it takes"),
)
TOO_LARGE = Problem(
    "too_large",
    413,
    Words("请求太大", "The request is too large"),
    Words("请分成几次发送", "Send it in smaller parts"),
)
TOO_MANY = Problem(
    "too_many",
    429,
    Words("请求太频繁", "Too many requests"),
    Words("请稍候再试", "Wait a little and try again"),
)
REFUSED = Problem(
    "refused",
    400,
    Words("请求被拒绝", "The request was refused"),
    Words("请核对请求", "Check the request"),
)
INTERNAL = Problem(
    "internal",
    500,
    Words("服务出了错", "Something went wrong in the service"),
    Words("请稍后再试；若仍出错，请告诉管理员", "Try again; if it stays, tell the administrator"),
)
UNAVAILABLE = Problem(
    "unavailable",
    503,
    Words("数据库暂时不可用", "The database does not answer just now"),
    Words("请稍后再试", "Try again in a moment"),
)
APP_NOT_BUILT = Problem(
    "app_not_built",
    503,
    Words("投递员应用尚未生成", "The couriers' app has not been built"),
    Words(
        "请管理员在源码目录运行 npm ci 和 npm run build（scripts/run 会自动完成）",
        "The administrator runs npm ci and npm run build in the checkout (scripts/run does it)",
    ),
)

CATALOGUE: Final = {
    problem.code: problem
    for problem in (
        WRONG_QUESTION,
        UNKNOWN_CODE,
        UNKNOWN_BRANCH,
        NO_BRANCH,
        SEVERAL_BRANCHES,
        BAD_REQUEST,
        LOGIN_NEEDED,
        UNKNOWN_TOKEN,
        REVOKED_TOKEN,
        UNKNOWN_ENROLMENT,
        USED_ENROLMENT,
        INSTALLATION_TAKEN,
        UNKNOWN_EVENT,
        NOT_A_PHOTO,
        FORM_EXPIRED,
        NOT_A_QUEUE_FILE,
        UNKNOWN_INSTALLATION,
        FORBIDDEN,
        FOREIGN_INSTALLATION,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        TOO_LARGE,
        TOO_MANY,
        REFUSED,
        INTERNAL,
        UNAVAILABLE,
        APP_NOT_BUILT,
    )
}

# The framework's errors that have words of their own; the others are `refused` or `internal`.
OF_STATUS: Final = {
    problem.status: problem
    for problem in (
        BAD_REQUEST,
        FORBIDDEN,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        TOO_LARGE,
        WRONG_QUESTION,
        TOO_MANY,
        INTERNAL,
        UNAVAILABLE,
    )
}


def of_status(status: int) -> Problem:
    """Return the problem that stands for an HTTP status of the framework's."""
    return OF_STATUS.get(status, REFUSED if status < INTERNAL.status else INTERNAL)
