"""scripts/run: from a fresh clone to the service in a browser, and quickly from then on."""

import argparse
import os
import socket
import subprocess
from pathlib import Path

from toolchain import demo, environment, web
from toolchain.steps import ROOT, StepError, step

# Of prepare_database.py: a setting that the service cannot start with.
WRONG_SETTING = 2


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    # The clone's own folder, from wherever this is started.
    os.environ.setdefault("JIANBAO_DATA", str(ROOT / "instance"))
    address = f"http://{_shown(options.host)}:{options.port}"
    # What labels and enrolments carry.
    if ":" not in options.host:
        os.environ.setdefault("JIANBAO_PUBLIC_URL", address)
    _check_port(options.host, options.port)

    environment.ensure("runtime")
    web.build()
    branches = _migrate()
    if branches == 0 and options.demo:
        demo.bring()

    jianbao = str(environment.BIN / "jianbao")
    print(f"\nJianbao: open {address}/   (Ctrl-C ends it)\n{demo.about()}", flush=True)
    os.execv(jianbao, [jianbao, "serve", "--host", options.host, "--port", str(options.port)])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/run",
        description="Install what is missing, migrate the database, start the service. "
        "An empty database gets a made-up demonstration district.",
        epilog="JIANBAO_DATA names the data folder (default: instance/ in the clone), "
        "JIANBAO_DATABASE_URL another database (postgresql+psycopg://…).",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port",
        type=_port,
        default=os.environ.get("PORT") or "8000",
        help="port to listen on (PORT, else 8000)",
    )
    parser.add_argument(
        "--no-demo",
        dest="demo",
        action="store_false",
        help="leave an empty database empty",
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text} is not a number between 1 and 65535")
    return int(text)


def _check_port(host: str, port: int) -> None:
    """Better told now than after minutes of installing."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise StepError(
            f"Cannot listen on {host}:{port} ({error}). Is Jianbao running already? "
            f"Another port: scripts/run --port {port + 1 if port < 65535 else 8001}"
        ) from error


def _migrate() -> int:
    """Bring the database to the newest migration; how many branches it holds."""
    with step("Preparing the database"):
        script = Path(__file__).with_name("prepare_database.py")
        done = subprocess.run([environment.PYTHON, "-P", script], capture_output=True, text=True)
        if done.returncode == WRONG_SETTING:
            raise StepError(done.stderr.strip())
        if done.returncode != 0:
            where = os.environ.get("JIANBAO_DATABASE_URL") and "JIANBAO_DATABASE_URL"
            raise StepError(
                f"{done.stderr.strip()}\n\nThe database could not be prepared. Nothing is half "
                f"done: check {where or os.environ['JIANBAO_DATA']} and start again."
            )
    return int(done.stdout.split()[-1])


def _shown(host: str) -> str:
    return "127.0.0.1" if host in ("", "0.0.0.0") else host  # noqa: S104
