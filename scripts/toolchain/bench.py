"""scripts/bench: one measurement, a file of scripts/benchmarks/, in the development environment."""

import ast
import os
from pathlib import Path

from toolchain import environment
from toolchain.steps import ROOT, StepError

BENCHMARKS = ROOT / "scripts" / "benchmarks"


def main(arguments: list[str]) -> int:
    known = {
        path.stem.replace("_", "-"): path
        for path in sorted(BENCHMARKS.glob("*.py"))
        if not path.stem.startswith("_")
    }
    name, *options = arguments or ["list"]
    if name == "list":
        for known_name, path in known.items():
            print(f"{known_name:20} {_first_line(path)}")
        return 0
    if name.replace("_", "-") not in known:
        raise StepError(f"There is no measurement {name}. These are known: {', '.join(known)}")
    environment.ensure("dev")
    # A measurement may start a PostgreSQL (toolchain.postgres), and do what tests do (tests).
    os.environ["PYTHONPATH"] = os.pathsep.join([str(BENCHMARKS.parent), str(ROOT)])
    python = str(environment.PYTHON)
    os.execv(python, [python, str(known[name.replace("_", "-")]), *options])


def _first_line(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text()))
    return (text or "").partition("\n")[0]
