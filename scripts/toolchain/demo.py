"""The demonstration that a first start brings: a district, labels for its points, log-ins."""

import os
import secrets
import shlex
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from toolchain import environment
from toolchain.steps import ROOT, StepError, run, step

SEED = "1"
# The district's clock: China has one, without summer time.
OFFSET = timedelta(hours=8)
# Log-in → name, role and, for a postmaster, the office.
PEOPLE = {
    "admin": ("演示系统管理员", "admin", None),
    "manager": ("演示管理员", "manager", None),
    "inspector": ("演示检查员", "inspector", None),
    "postmaster": ("演示支局长", "postmaster", "BSY-Y"),
}
LOGINS = "demo-logins.txt"
LABELS = "demo-labels.pdf"
ROUTE = "BSY-01"
COURIER = "BSY-01-C"
LOCAL = "http://127.0.0.1:8000"


def bring() -> None:
    """Make up a district that ends yesterday, import it, print labels, add people."""
    _import()
    with step("Making labels for its points"):
        run([environment.BIN / "jianbao", "labels", _data() / LABELS], "Later: jianbao labels")
    with step("Giving people log-ins"):
        _add_people()


def about() -> str:
    """How to look around in the demonstration; nothing where there is none."""
    file = _data() / LOGINS
    if not file.exists():
        return ""
    jianbao = _command()
    return (
        f"\nDemonstration log-ins (kept in {file}):\n{file.read_text()}"
        f"\nLabels of all its points:  {_data() / LABELS}"
        f"\nLabels of one route:       {jianbao} labels OUT.pdf --route {ROUTE}"
        f"\nEnrol a phone:             {jianbao} enrol {COURIER}\n"
    )


def _import() -> None:
    jianbao = environment.BIN / "jianbao"
    yesterday = (datetime.now(UTC) + OFFSET).date() - timedelta(days=1)
    advice = (
        "The import is all or nothing, so start again once the cause is gone; "
        "without the demonstration: scripts/run --no-demo"
    )
    with tempfile.TemporaryDirectory(prefix="jianbao-demo-") as folder:
        feed = Path(folder) / "feed"
        with step("Making up a demonstration district"):
            run(
                [jianbao, "demo", feed, "--seed", SEED, "--until", yesterday.isoformat()],
                advice,
            )
        with step("Importing it"):
            run([jianbao, "import", feed], advice)


def _add_people() -> None:
    """Log-ins whose passwords differ on every machine, in a file that only its owner reads."""
    lines = []
    for login, (name, role, office) in PEOPLE.items():
        password = secrets.token_urlsafe(9)
        words = ["user", "add", login, "--role", role, "--name", name, "--password-stdin"]
        if office:
            words += ["--office", office]
        done = subprocess.run(
            [environment.BIN / "jianbao", *words], input=password, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise StepError(f"{done.stderr.strip()}\n\nLater: jianbao user add")
        lines.append(f"  {login:<11} {password}\n")
    file = _data() / LOGINS
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
        written.writelines(lines)


def _command() -> str:
    """`jianbao` as it is typed in the clone, with the settings that this start was given."""
    settings = []
    for name, usual in (("JIANBAO_DATA", str(ROOT / "instance")), ("JIANBAO_PUBLIC_URL", LOCAL)):
        if os.environ.get(name, usual) != usual:
            settings.append(f"{name}={shlex.quote(os.environ[name])}")
    if "JIANBAO_DATABASE_URL" in os.environ:
        # By its name: it may hold a password.
        settings.append('JIANBAO_DATABASE_URL="$JIANBAO_DATABASE_URL"')
    return " ".join([*settings, ".venv/bin/jianbao"])


def _data() -> Path:
    return Path(os.environ["JIANBAO_DATA"])
