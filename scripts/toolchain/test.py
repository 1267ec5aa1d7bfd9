"""scripts/test: every check and every test, in an environment that it makes itself.

Arguments go to pytest (a file, `-k WORDS`, `-m soak` …); the checks before it always run.
"""

import os
import subprocess
import sys
import time

from toolchain import browser, environment, postgres, web
from toolchain.steps import ROOT

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import rules": ["lint-imports"],
    "pip check": ["pip", "check"],
    "TypeScript": ["npm", "run", "typecheck"],
    "npm test": ["npm", "test"],
}
PYTEST = ["-n", "2", "--cov", "--cov-report", "term", "--durations", "10"]


def main(arguments: list[str]) -> int:
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__.strip())
        return 0
    environment.ensure("dev")
    os.environ.update(web.node_path())
    web.packages()
    web.build()
    os.environ.update(environment.search_path())
    os.environ["JIANBAO_TEST_CHROMIUM"] = str(browser.ensure_chromium())
    browser.ensure_font()
    _ensure_postgres()

    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    if failed:
        _report(failed)
    print("\n== pytest", flush=True)
    pytest = subprocess.run([environment.PYTHON, "-m", "pytest", *PYTEST, *arguments], cwd=ROOT)
    if failed:
        _report(failed)
    return pytest.returncode or bool(failed)


def _ensure_postgres() -> None:
    if postgres.find_binaries() is None:
        environment.ensure("postgres")


def _passes(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    passed = done.returncode == 0
    word = "ok" if passed else "FAILED"
    print(f"{name} … {word}, {time.monotonic() - started:.0f} s", flush=True)
    if not passed:
        print(done.stdout + done.stderr, flush=True)
    return passed


def _report(failed: list[str]) -> None:
    print(f"\nFAILED before the tests: {', '.join(failed)} (see above)", file=sys.stderr)
