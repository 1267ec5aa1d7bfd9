"""Defects planted into the app's core, each a change of a line or two on its way into the bundle.

A defect of the service is a name in service_defects.py. `faults` are those of schedules.FAULTS that
bring it to light soonest, `service_faults` what must befall the service for it.
"""

from dataclasses import dataclass

Changes = list[dict[str, str]]

_ACCEPTED = 'events.map(({ id, seq }) => ({ id, seq, state: "accepted" as const }))'


@dataclass(frozen=True)
class Defect:
    """What is planted, and where to look for it."""

    name: str
    changes: Changes | None = None
    faults: tuple[str, ...] | None = None
    service_faults: str | None = None
    # Several schedules may be needed until the defect matters.
    within: int = 40


def _change(file: str, find: str, replace: str) -> dict[str, str]:
    return {"file": file, "find": find, "replace": replace}


_NOT_READ_BACK = _change(
    "storage/recording.ts", "    await this.#readBack(written.records, deadline);\n", ""
)
APP = [
    Defect(
        "acknowledged when sent",
        [
            _change(
                "net/drain.ts",
                "    const reply = await this.#request(pass, asked, waiting);\n",
                "    await settle(this.#database, { id, highest: 0, itself: false }, {\n"
                f"      now: new Date().toISOString(), results: {_ACCEPTED},\n"
                "      have: [], missing: [], held: [] });\n"
                "    const reply = await this.#request(pass, asked, waiting);\n",
            )
        ],
        ("bad_weather", "killed_page"),
    ),
    Defect(
        "any 200 is an answer",
        [
            _change(
                "net/pass.ts",
                "    return reply?.status === 200 ?"
                " syncAnswer(reply.json, this.installation.id, events) : null;\n",
                "    if (reply?.status !== 200) return null;\n"
                "    return syncAnswer(reply.json, this.installation.id, events) ?? {\n"
                f"      now: new Date().toISOString(), results: {_ACCEPTED},\n"
                "      have: [[1, 1e6]], missing: [], held: [] };\n",
            )
        ],
        ("bad_weather",),
    ),
    Defect(
        "recorded before it is committed",
        [
            _change(
                "storage/database.ts",
                "Promise.all([work(transaction), transaction.done])",
                "Promise.all([work(transaction)])",
            ),
            _NOT_READ_BACK,
        ],
        ("bad_storage",),
    ),
    Defect(
        "relaxed durability",
        [
            _change(
                "storage/database.ts",
                'this.#write("strict", stores',
                'this.#write("relaxed", stores',
            )
        ],
        ("pulled_battery",),
    ),
    Defect(
        "numbers given out outside the transaction",
        [
            _change(
                "storage/recording.ts",
                "    const last = Math.max(found?.highest ?? 0, owner.highest,"
                " await lastNumber(transaction, owner.id));\n",
                "    const last = owner.highest;\n",
            ),
            _change("storage/recording.ts", "await events.add(record)", "await events.put(record)"),
            _NOT_READ_BACK,
        ],
        ("two_tabs",),
    ),
    Defect(
        "never offers again what the service has lost",
        [
            _change(
                "storage/settling.ts",
                "    if (waiting === stored.length) continue;\n",
                "    continue;\n",
            )
        ],
        ("tap",),
        "restore",
    ),
    Defect(
        "gives up after some failures",
        [
            _change(
                "domain/backoff.ts",
                "  const whole =",
                "  if (failures > 4) return 2 ** 31 - 1;\n  const whole =",
            )
        ],
        ("bad_weather",),
    ),
    Defect(
        "queue sent as the next courier's",
        [
            _change(
                "net/tokens.ts",
                "const carried: Way = { bearer: current, own: installation.token };",
                "const carried: Way = { bearer: current };",
            ),
            _change(
                "net/drain.ts",
                "        installation: id,\n",
                "        installation: way.bearer.id,\n",
            ),
            _change("net/pass.ts", "this.installation.id, events", "this.way.bearer.id, events"),
        ],
        ("revoked_token", "another_courier"),
    ),
    Defect(
        "clock taken to be exact",
        [_change("domain/clock.ts", "error_ms: Math.ceil(half + 0.5),", "error_ms: 0,")],
        ("bad_weather",),
    ),
    Defect(
        "trying again makes another event",
        [_change("core/writing.ts", "this.#doubted(key) ?? ", "")],
        ("bad_storage",),
        within=80,
    ),
]
# An app that brings the newest first, each alone: right, if strange, for order does not matter.
_NEWEST_FIRST = [
    _change("domain/batches.ts", "      .slice(0, this.#size)\n", "      .slice(-1)\n"),
]
SERVICE = [
    Defect("answer before commit", faults=("tap",), service_faults="kill", within=80),
    Defect("checkpoint ahead of its data", faults=("tap",), service_faults="restore"),
    Defect("batch dropped for one event", faults=("bad_weather", "two_tabs"), within=100),
    Defect("ids shared by installations", faults=("equal_chance",)),
    Defect("clock of receipt", faults=("bad_weather",)),
    Defect("voids only in order", _NEWEST_FIRST, ("bad_weather",), within=80),
    Defect("no word of gaps", faults=("tap",), service_faults="restore"),
    Defect("credited to who delivers", faults=("revoked_token", "another_courier")),
]
