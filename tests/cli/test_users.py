"""`jianbao user` and `jianbao token`, on both databases."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Engine, func, select

from service.models import ApiToken, Courier, RequestCount, User, UserSession
from service.operations.count_requests import count_request
from service.operations.enrol_phone import NewPhone, enrol, new_enrolment
from service.operations.import_feed import import_feed
from service.operations.people.log_in import is_password_of, log_in, log_out
from service.operations.revoke_phone import revoke_phone
from service.queries.identities import Scope, anyone_has_a_login
from service.queries.keeping import audit, couriers, held, labels, phones
from service.queries.names import branches
from tests.models.rows import opened
from tests.served import ONE_WEEK

Say = Callable[..., Result]
NOW = datetime.now(UTC).replace(microsecond=0)
ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"
WEAK = "is too weak: at least 10 characters besides the login, at least 4 of them different"


@pytest.fixture
def engine(migrated_url: str) -> Engine:
    engine = opened(migrated_url)
    import_feed(engine, ONE_WEEK)
    return engine


@pytest.fixture
def say(invoke_jianbao: Callable[..., Result], engine: Engine, migrated_url: str) -> Say:
    def run(*words: str) -> Result:
        return invoke_jianbao(*words, env={"JIANBAO_DATABASE_URL": migrated_url})

    return run


def test_people_get_log_ins_change_their_passwords_and_are_kept_out(
    say: Say, engine: Engine
) -> None:
    assert not anyone_has_a_login(engine)
    made = say("user", "add", "wang", "--role", "manager", "--name", "王经理")
    assert made.exit_code == 0, made.output
    password = made.output.removeprefix("password: ").strip()
    assert anyone_has_a_login(engine)
    assert is_password_of(engine, "wang", password)
    key = log_in(engine, "wang", password, NOW)
    assert key is not None
    changed = say("user", "password", "wang").output.removeprefix("password: ").strip()
    assert changed != password
    assert not is_password_of(engine, "wang", password)
    assert is_password_of(engine, "wang", changed)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(UserSession)) == 0
    assert say("user", "disable", "wang").exit_code == 0
    assert not is_password_of(engine, "wang", changed)
    assert "disabled" in say("user", "list").output
    assert say("user", "enable", "wang").exit_code == 0
    assert is_password_of(engine, "wang", changed)


def test_a_postmaster_has_an_office_and_nobody_else(say: Say) -> None:
    adding = ("user", "add", "li", "--name", "李", "--role")
    assert "--office: is missing" in say(*adding, "postmaster").stderr
    assert "there is no NONE" in say(*adding, "postmaster", "--office", "NONE").stderr
    assert "only for a postmaster" in say(*adding, "manager", "--office", "BSY").stderr
    assert say(*adding, "postmaster", "--office", "BSY").exit_code == 0
    assert "BSY" in say("user", "list").output
    assert "li is taken" in say(*adding, "manager").stderr


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("user add Wang --role manager --name W", "small letters"),
        ("user add ../x --role manager --name W", "small letters"),
        ("user add w2 --role king --name W", "king"),
        ("user add w2 --role manager", "--name"),
        ("user add w2 --role manager --name W --branch none", "none"),
        ("user password nobody", ": LOGIN: there is no nobody"),
        ("user disable nobody", ": LOGIN: there is no nobody"),
        ("token nobody --name x", ": LOGIN: there is no nobody"),
        ("token nobody --list", ": LOGIN: there is no nobody"),
        ("token nobody --revoke 1", ": LOGIN: there is no nobody"),
        ("token", "LOGIN"),
        ("token --revoke 99", "--revoke: there is no 99"),
        ("token --list --revoke 2", "--list does not go with --revoke"),
        ("token --list --name x", "--list does not go with --name"),
        ("token wang --list --days 3", "--list does not go with --days"),
        ("token wang --revoke 1 --name x", "--revoke does not go with --name"),
        ("token wang --name x --days 99999999999999999999999", "--days"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_wrong_is_one_line_and_status_2(say: Say, words: str, what: str) -> None:
    refused = say(*words.split())
    assert refused.exit_code == 2
    assert what in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_password_from_standard_input_is_not_printed_and_not_too_plain(
    say: Say, engine: Engine, migrated_url: str, tmp_path: Path
) -> None:
    adding = ("user", "add", "zhao", "--role", "admin", "--name", "赵", "--password-stdin")

    def typed(text: str) -> subprocess.CompletedProcess[str]:
        given = {"JIANBAO_DATABASE_URL": migrated_url, "JIANBAO_DATA": str(tmp_path)}
        return subprocess.run(
            [sys.executable, "-m", "service", *adding],
            cwd=ROOT,
            env={**os.environ, "LC_ALL": "C.UTF-8", **given},
            input=text + "\n",
            capture_output=True,
            text=True,
        )

    for weak in ("zhao zhao zhao", "Zhao123456789", "aaaaaaaaaaaa", "short"):
        assert typed(weak).stderr == f"jianbao: password: {WEAK}\n", weak
    done = typed(PASSWORD)
    assert (done.returncode, done.stdout) == (0, "")
    assert is_password_of(engine, "zhao", PASSWORD)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_password_that_was_made_up_is_good_whatever_is_in_it(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_urlsafe", lambda _bytes: "xLi7dQk0liPw93Rt")
    added = say("user", "add", "li", "--role", "manager", "--name", "李")
    assert (added.exit_code, added.stderr) == (0, "")


def test_tokens_are_listed_without_themselves_and_taken_back_by_number(say: Say) -> None:
    say("user", "add", "wang", "--role", "manager", "--name", "王")
    token = say("token", "wang", "--name", "weekly report", "--days", "7").output.strip()
    assert len(token) == 43
    listed = say("token", "--list").output
    assert "weekly report" in listed
    assert token not in listed
    number = listed.splitlines()[2].split()[0]
    assert say("token", "--revoke", number).exit_code == 0
    assert say("token", "--revoke", number).exit_code == 0
    assert NOW.date().isoformat() in say("token", "wang", "--list").output.splitlines()[2][-22:]


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 10**22, -(10**22)])
def test_a_number_that_no_token_can_have_is_unknown(say: Say, number: int) -> None:
    refused = say("token", "--revoke", str(number))
    assert (refused.exit_code, refused.stderr) == (2, f"jianbao: --revoke: there is no {number}\n")


def test_a_token_is_taken_back_only_from_the_person_named(say: Say) -> None:
    for login in ("wang", "zhao"):
        say("user", "add", login, "--role", "manager", "--name", login)
        say("token", login, "--name", "weekly report")
    [line] = say("token", "zhao", "--list").output.splitlines()[2:]
    number = line.split()[0]
    refused = say("token", "wang", "--revoke", number)
    assert refused.exit_code == 2
    assert refused.stderr == f"jianbao: --revoke: {number} is not a token of wang\n"
    assert say("token", "zhao", "--list").output.splitlines()[2:] == [line]
    assert say("token", "zhao", "--revoke", number).exit_code == 0
    assert say("token", "zhao", "--list").output.splitlines()[2:] != [line]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_disabled_person_gets_no_token_and_is_not_said_to_be_unknown(say: Say) -> None:
    say("user", "add", "wang", "--role", "manager", "--name", "王")
    say("token", "wang", "--name", "weekly report")
    say("user", "disable", "wang")
    refused = say("token", "wang", "--name", "another")
    assert (refused.exit_code, refused.stderr) == (2, "jianbao: LOGIN: wang is disabled\n")
    assert "weekly report" in say("token", "wang", "--list").output


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("", "--name: is empty"),
        (" \t\u3000", "--name: is empty"),
        ("n" * 201, "--name: is not a text of 1 to 200 characters"),
        ("\udcff", "--name: is not a text of 1 to 200 characters"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_name_that_is_none_is_refused(say: Say, name: str, what: str) -> None:
    say("user", "add", "wang", "--role", "manager", "--name", "王")
    adding = ("user", "add", "li", "--role", "manager")
    for words in (adding, ("token", "wang")):
        refused = say(*words, "--name", name)
        assert (refused.exit_code, refused.stderr) == (2, f"jianbao: {what}\n")


def test_names_are_kept_without_the_blanks_around_them(say: Say, engine: Engine) -> None:
    assert (
        say("user", "add", "li", "--role", "manager", "--name", f" {'李' * 200}\n").exit_code == 0
    )
    assert say("token", "li", "--name", " weekly report ").exit_code == 0
    with engine.connect() as connection:
        assert connection.scalar(select(User.name)) == "李" * 200
        assert connection.scalar(select(ApiToken.name)) == "weekly report"


def test_sessions_counts_and_pages_work_on_both_databases(say: Say, engine: Engine) -> None:
    password = say("user", "add", "wang", "--role", "manager", "--name", "王").output[10:].strip()
    key = log_in(engine, "WANG ", password, NOW)
    assert key is not None
    assert log_in(engine, "wang", password + "x", NOW) is None
    log_out(engine, key, NOW)
    log_out(engine, key, NOW)

    minute = timedelta(minutes=1)
    assert [count_request(engine, "a", 2, minute, NOW) for _ in range(3)] == [None, None, minute]
    assert count_request(engine, "b", 2, minute, NOW) is None
    assert count_request(engine, "a", 2, minute, NOW + minute) is None
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(RequestCount)) == 1
        courier, branch_id = connection.execute(select(Courier.id, Courier.branch_id)).one()
        user_id = connection.scalar(select(User.id))

    code = new_enrolment(engine, branch_id, courier, user_id, NOW)
    enrol(engine, code, NewPhone(uuid.uuid4(), "q" * 43), "key", NOW)
    scope = Scope(frozenset({branch_id}))
    [branch] = branches(engine)
    [phone] = phones.phones(engine, scope, branch_id, NOW)
    assert revoke_phone(engine, phone.id, user_id, NOW)
    assert not revoke_phone(engine, phone.id, user_id, NOW)
    assert phones.silent_phones(engine, scope, branch_id, NOW) == 0
    [office] = couriers.couriers(engine, scope, branch_id, NOW)
    assert [row.phones for row in office.couriers] == [[]]
    assert held.waiting(engine, scope, branch_id) == {}
    assert held.decided(engine, scope, branch_id) == []
    assert len(labels.points(engine, scope, branch, NOW.date())) > 1
    # The newest by their own time: the command's clock is later than NOW.
    actions = [entry.action for entry in audit.entries(engine, branch_id, None)]
    assert actions[0] == "user_added"
    assert actions[1] == "phone_revoked"
