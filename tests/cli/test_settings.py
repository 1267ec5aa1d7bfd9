"""What the environment asks for, and how a wrong setting is told."""

import subprocess
from collections.abc import Callable

import pytest

from service.config import Config, WrongSettingError, public_url_served_at

EVERYWHERE = "0.0.0.0"  # noqa: S104


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, "http://127.0.0.1:8000"),
        ("", "http://127.0.0.1:8000"),
        ("https://jianbao.example", "https://jianbao.example"),
        ("HTTPS://Jianbao.Example/", "https://jianbao.example"),
        ("https://xn--fiq228c.example:8443", "https://xn--fiq228c.example:8443"),
        ("http://localhost:5000", "http://localhost:5000"),
    ],
)
def test_the_public_address(given: str | None, read: str) -> None:
    environment = {} if given is None else {"JIANBAO_PUBLIC_URL": given}
    assert Config.from_environment(environment).public_url == read


@pytest.mark.parametrize(
    "given",
    [
        "jianbao.example",
        "ftp://jianbao.example",
        "https://",
        "https://jianbao.example/path",
        "https://jianbao.example?x=1",
        "https://user@jianbao.example",
        "https://jianbao_example",
        "https://见报.example",
        "https://[::1]:8000",
        "https://-a.example",
        "https://jianbao.example:port",
        "https://" + "a" * 93,
    ],
)
def test_what_cannot_stand_on_a_label_is_refused(given: str) -> None:
    with pytest.raises(WrongSettingError) as refused:
        Config.from_environment({"JIANBAO_PUBLIC_URL": given})
    assert given in refused.value.text("zh")
    assert "JIANBAO_PUBLIC_URL" in refused.value.text("en")


@pytest.mark.parametrize(
    ("given", "host", "address"),
    [
        (None, "127.0.0.1", "http://127.0.0.1:8377"),
        ("", "192.168.1.5", "http://192.168.1.5:8377"),
        (None, "Jianbao.Example", "http://jianbao.example:8377"),
        (None, EVERYWHERE, "http://127.0.0.1:8377"),
        (None, "::", "http://127.0.0.1:8377"),
        (None, "", "http://127.0.0.1:8377"),
        (None, "::1", "http://localhost:8377"),
        ("https://jianbao.example/", EVERYWHERE, "https://jianbao.example"),
    ],
)
def test_the_public_address_is_the_one_served_at_where_none_is_set(
    given: str | None, host: str, address: str
) -> None:
    environment = {} if given is None else {"JIANBAO_PUBLIC_URL": given}
    assert public_url_served_at(environment, host, 8377) == address


def test_a_wrong_setting_is_one_line(
    run_jianbao: Callable[..., "subprocess.CompletedProcess[str]"],
) -> None:
    done = run_jianbao("refresh", env={"JIANBAO_PUBLIC_URL": "nowhere"})
    assert done.returncode == 2
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("jianbao: JIANBAO_PUBLIC_URL 'nowhere' cannot stand on a label")
