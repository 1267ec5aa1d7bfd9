"""Schedules drawn from seeds: what couriers do, and what goes wrong meanwhile.

A schedule is JSON for courier_pwa/harness (schedule.ts there says what each step means) together
with what each recorded event must become (`expected`), which only the judge reads.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.district import OFFICE, Slot, issues

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
# Monday 6 July 2026, 07:00 in Chongqing.
MORNING = 1_783_292_400_000

Step = dict[str, Any]

WEATHERS: dict[str, dict[str, Any]] = {
    "fair": {},
    "offline": {"offline": True},
    "hills": {"lost": 0.2, "unanswered": 0.2, "twice": 0.1, "cut": 0.1, "halved": 0.1},
    "late": {"late": 0.4, "twice": 0.1, "unanswered": 0.2},
    "portal": {"proxied": 0.7, "unanswered": 0.1},
    "everything": dict.fromkeys(
        ("lost", "unanswered", "twice", "late", "cut", "halved", "proxied", "stale"), 0.1
    ),
    "mixed up": {"stale": 0.4, "unanswered": 0.2, "twice": 0.2},
    "slow": {"slowest": 30_000, "unanswered": 0.1},
}


@dataclass(frozen=True)
class Expected:
    """What an event must become once it is recorded."""

    kind: str
    draft: dict[str, Any]
    # The place, None where the event is held: `held` says as what.
    point: str | None = None
    label: str | None = None
    held: str | None = None
    # The name of the scan that it undoes.
    of: str | None = None


@dataclass
class Schedule:
    """One schedule: `steps` are the harness's, `expected` the judge's, by the event's name."""

    seed: int
    slot: Slot
    phones: list[dict[str, Any]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    heirs: list[str] = field(default_factory=list)
    expected: dict[str, Expected] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        steps = sorted(self.steps, key=lambda step: step["at"])
        return {
            "seed": self.seed,
            "start": MORNING,
            "phones": self.phones,
            "steps": steps,
            "heirs": self.heirs,
            "waits": self.seed % 3 * 4 * MINUTE,
            "restored": any(step.get("what") == "restore" for step in steps),
            "plans": self.seed % 10 == 0,
        }


def draw(
    seed: int,
    slot: Slot,
    service_faults: str | None = None,
    faults: Sequence[str] | None = None,
) -> Schedule:
    """Return the schedule of a seed in its slot.

    `service_faults`: "kill" adds kills of the service, "restore" also a restored backup. Such a
    schedule needs a service of its own. `faults`: no others of FAULTS than these.
    """
    return _Drawing(seed, slot).draw(service_faults, faults)


class _Drawing:
    def __init__(self, seed: int, slot: Slot) -> None:
        self.chance = random.Random(f"schedule {seed}")
        self.made = Schedule(seed, slot)
        self.places = slot.places
        self.issues = issues()
        self.now = 0
        self.events = 0
        self.scans: list[list[tuple[str, Expected]]] = []

    def draw(self, service_faults: str | None, only: Sequence[str] | None) -> Schedule:
        chance, made = self.chance, self.made
        for phone in range(chance.choices([1, 2, 3], [60, 30, 10])[0]):
            self._phone(phone)
        faults = list(only or chance.sample(FAULTS, chance.randint(1, 5)))
        days = chance.choices([1, 2, 3], [80, 15, 5])[0]
        for day in range(days):
            self.now = max(self.now, day * DAY)
            for _ in range(chance.randint(3, 9)):
                self._something(faults)
            for phone in range(len(made.phones)):
                self._step(phone, "sleep", by=2 * DAY)
        if service_faults is not None:
            self._service(service_faults)
        return self.made

    def _phone(self, phone: int) -> None:
        chance, made = self.chance, self.made
        twins = phone > 0 and chance.random() < 0.3
        seed = made.phones[0]["twin"] if twins else made.seed * 16 + phone
        skew = 0 if chance.random() < 0.5 else chance.randint(-DAY, DAY)
        made.phones.append({"skew": skew, "twin": seed})
        courier = made.slot.courier("A" if phone == 0 else chance.choice("AB"))
        made.heirs.append(made.slot.courier(chance.choice("AB")))
        self.scans.append([])
        if chance.random() < 0.3:
            self._step(phone, "weather", weather=WEATHERS[chance.choice(["hills", "slow"])])
        self._step(phone, "enrol", tab="main", courier=courier)
        if chance.random() < 0.5:
            self._step(phone, "weather", weather=WEATHERS["fair"])
        self._darkens(phone, 0.9)

    def _something(self, faults: list[str]) -> None:
        chance = self.chance
        self._pass()
        phone = chance.randrange(len(self.made.phones))
        if chance.random() < 0.35:
            getattr(self, f"_{chance.choice(faults)}")(phone)
        else:
            self._record(phone)
        self._darkens(phone, 0.97)

    def _darkens(self, phone: int, often: float) -> None:
        """The screen goes dark until the phone is taken in hand again."""
        if self.chance.random() < often:
            self.now += self.chance.choice([SECOND, 5 * SECOND, 20 * SECOND])
            self._step(phone, "sleep", by=2 * DAY)

    def _pass(self) -> None:
        longest = self.chance.choices([5 * SECOND, 20 * MINUTE, 2 * HOUR], [30, 60, 10])[0]
        self.now += self.chance.randint(500, longest)

    def _step(self, phone: int, do: str, **more: Any) -> None:
        self.made.steps.append({"at": self.now, "phone": phone, "do": do, **more})
        self.now += 1

    # What a courier does.

    def _record(self, phone: int, *, tab: str | None = None, together: bool = False) -> None:
        chance = self.chance
        self.events += 1
        name = f"e{self.events}"
        tab = tab or ("second" if chance.random() < 0.1 else "main")
        more: dict[str, Any] = {"together": True} if together else {}
        kind = chance.choices(
            ["scan", "void", "correct", "attempt", "arrival", "round"], [58, 12, 10, 8, 6, 6]
        )[0]
        if kind in ("void", "correct") and self.scans[phone] and not together:
            self._undo(phone, tab, name, kind)
            return
        expected = {
            "attempt": self._attempt,
            "arrival": self._arrival,
            "round": self._round,
        }.get(kind, self._scan)()
        self.made.expected[name] = expected
        if expected.kind == "scan":
            self.scans[phone].append((name, expected))
        draft = dict(expected.draft)
        if chance.random() < 0.5:
            draft["position"] = {"lat": 29.48, "lon": 106.367, "accuracy_m": 12}
        self._step(phone, "record", tab=tab, name=name, draft=draft, **more)

    def _undo(self, phone: int, tab: str, name: str, kind: str) -> None:
        index = self.chance.randrange(len(self.scans[phone]))
        of, scan = self.scans[phone].pop(index)
        items = self._items() if kind == "correct" and self.chance.random() < 0.8 else []
        self.made.expected[name] = Expected("void", {}, of=of)
        if items:
            again = {**scan.draft, "items": items}
            # The unheard-of title is not among the new items.
            held = None if scan.held == "unknown_title" else scan.held
            anew = Expected("scan", again, scan.point, scan.label, held)
            self.made.expected[f"{name}+"] = anew
            self.scans[phone].append((f"{name}+", anew))
        self._step(phone, kind, tab=tab, name=name, of=of, items=items)

    def _items(self) -> list[dict[str, Any]]:
        picked = self.chance.sample(self.issues, self.chance.choices([0, 1, 2, 4], [1, 4, 4, 2])[0])
        return [
            {"title": title, "date": date, "copies": self.chance.randint(1, 9)}
            for title, date in picked
        ]

    def _scan(self) -> Expected:
        chance = self.chance
        place = chance.choice(self.places)
        scan: dict[str, Any] = {"kind": "scan", "method": "camera", "items": self._items()}
        how = chance.choices(
            ["label", "both", "code", "chosen", "unknown", "nowhere", "title"],
            [50, 15, 10, 10, 5, 5, 5],
        )[0]
        if how == "label":
            return Expected("scan", {**scan, "label": place.token}, place.code)
        if how == "both":
            other = chance.choice(self.places)
            return Expected("scan", {**scan, "label": place.token, "point": other.code}, place.code)
        if how == "code":
            by_hand = {**scan, "method": "manual", "code": place.short_code}
            return Expected("scan", by_hand, place.code)
        if how == "chosen":
            by_hand = {**scan, "method": "manual", "point": place.code}
            return Expected("scan", by_hand, place.code)
        token = "".join(chance.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=16))
        if how == "unknown":
            foreign = {**scan, "label": token, "point": place.code}
            return Expected("scan", foreign, place.code, label="unknown")
        if how == "nowhere":
            return Expected("scan", {**scan, "label": token}, held="unknown_label")
        items = [*scan["items"], {"title": "NEW", "date": "2026-07-06", "copies": 1}]
        unheard = {**scan, "items": items, "label": place.token}
        return Expected("scan", unheard, place.code, held="unknown_title")

    def _attempt(self) -> Expected:
        chance = self.chance
        reasons = ["road_closed", "nobody_there", "paper_missing", "other"]
        draft = {"kind": "attempt", "reason": chance.choice(reasons)}
        if chance.random() < 0.1:
            return Expected("attempt", {**draft, "point": "NOWHERE"}, held="unknown_point")
        point = chance.choice(self.places).code
        if chance.random() < 0.4:
            draft["note"] = "门锁着 <b>'; DROP TABLE scans; --"
        return Expected("attempt", {**draft, "point": point}, point)

    def _arrival(self) -> Expected:
        title = self.chance.choice(["1-1", "77-1"])
        date = self.made.slot.arrival_date.isoformat()
        draft = {"kind": "arrival", "office": OFFICE, "title": title, "date": date}
        return Expected("arrival", draft)

    def _round(self) -> Expected:
        kind = self.chance.choice(["round_started", "round_finished"])
        route = self.made.slot.route(self.chance.choice("AB"))
        return Expected(kind, {"kind": kind, "route": route, "date": "2026-07-06"})

    # What goes wrong.

    def _bad_weather(self, phone: int) -> None:
        weather = self.chance.choice(list(WEATHERS))
        self._step(phone, "weather", weather=WEATHERS[weather])
        if weather == "fair" and self.chance.random() < 0.5:
            self._step(phone, "online")

    def _killed_page(self, phone: int) -> None:
        if self.chance.random() < 0.6:
            # In the middle of a recording, or of the sync that follows it.
            self._record(phone, tab="main", together=True)
            self.now += self.chance.choice([0, 0, 1, 50, 400])
        self._step(phone, self.chance.choice(["kill", "kill", "close"]), tab="main")
        if self.chance.random() < 0.7:
            self._step(phone, "open", tab="main")

    def _pulled_battery(self, phone: int) -> None:
        if self.chance.random() < 0.6:
            self._record(phone, tab="main", together=self.chance.random() < 0.5)
        self._step(phone, "battery")
        self._step(phone, "open", tab="main")

    def _two_tabs(self, phone: int) -> None:
        for tab in ("main", "second"):
            self._step(phone, "open", tab=tab)
        for _ in range(self.chance.randint(1, 3)):
            for tab in ("main", "second", "main"):
                self._record(phone, tab=tab, together=True)
                self.now -= 1
            self.now += 10 * SECOND

    def _bad_storage(self, phone: int) -> None:
        fault = self.chance.choice(["abort", "full", "hang", "throw", "deaf"])
        self._step(phone, "storage", fault=fault)
        for _ in range(self.chance.randint(1, 3)):
            self._record(phone)
            self.now += self.chance.choice([0, 0, 20 * SECOND])
        self._step(phone, "look", tab="main")
        if self.chance.random() < 0.3:
            self._step(phone, "kill", tab="main")
        self._step(phone, "heal")

    def _lost_connection(self, phone: int) -> None:
        self._record(phone, tab="main", together=self.chance.random() < 0.5)
        self._step(phone, "disconnect", told=self.chance.random() < 0.6)

    def _emptied_storage(self, phone: int) -> None:
        if self.chance.random() < 0.4:
            self._step(phone, "empty")

    def _jumping_clock(self, phone: int) -> None:
        by = self.chance.choice([-DAY, DAY, -HOUR, HOUR, self.chance.randint(-DAY, DAY)])
        self._step(phone, "jump", by=by)

    def _sleep(self, phone: int) -> None:
        self._step(phone, "sleep", by=self.chance.randint(MINUTE, 3 * HOUR))

    def _log_out(self, phone: int) -> None:
        self._step(phone, "leave", tab="main")
        self.scans[phone] = []
        self._enrol_later(phone)

    def _revoked_token(self, phone: int) -> None:
        self._step(phone, "revoke")
        for _ in range(self.chance.randint(0, 2)):
            self._record(phone)
        if self.chance.random() < 0.7:
            self._enrol_later(phone)

    def _another_courier(self, phone: int) -> None:
        self._enrol_later(phone)

    def _enrol_later(self, phone: int) -> None:
        self._pass()
        courier = self.made.slot.courier(self.chance.choice("AB"))
        self._step(phone, "enrol", tab="main", courier=courier)
        self._darkens(phone, 0.9)
        self.scans[phone] = []

    def _retired_label(self, _phone: int) -> None:
        place = self.chance.choice(self.places)
        if place.token not in self.made.retired:
            self.made.retired.add(place.token)
            self.made.steps.append(
                {"at": self.now, "do": "service", "what": "retire", "token": place.token}
            )

    def _equal_chance(self, _phone: int) -> None:
        """All phones record at one instant with one and the same chance: their ids collide."""
        self.now += 1
        seed = self.chance.randrange(1 << 30)
        for phone in range(len(self.made.phones)):
            self._step(phone, "open", tab="main")
        at = self.now + MINUTE
        for phone in range(len(self.made.phones)):
            self.now = at
            self._step(phone, "chance", seed=seed)
            self.now = at + SECOND
            self._record(phone, tab="main", together=True)
        self.now = at + MINUTE

    def _tap(self, phone: int) -> None:
        self._step(phone, "tap", tab="main")

    # What befalls the service; `at` any instant so far.

    def _service(self, faults: str) -> None:
        chance = self.chance
        for _ in range(chance.randint(1, 2)):
            at = chance.randint(MINUTE, max(self.now, 2 * MINUTE))
            kill = chance.random() < 0.7
            self._service_step(
                at,
                "kill at sync" if kill else "kill",
                after=chance.choice([0, 1, 2, 4, 7, 11, 16, 25]),
            )
            back = at + chance.choice([SECOND, MINUTE, HOUR])
            if not kill:
                self._service_step(back, "start")
        if faults == "restore":
            saved, restored = sorted(chance.randint(0, max(self.now, 1)) for _ in range(2))
            self._service_step(saved, "backup")
            self._service_step(restored + 1, "restore")

    def _service_step(self, at: int, what: str, **more: Any) -> None:
        self.made.steps.append({"at": at, "do": "service", "what": what, **more})


FAULTS = [
    *["bad_weather"] * 4,
    *["killed_page"] * 2,
    "pulled_battery",
    *["two_tabs"] * 2,
    *["bad_storage"] * 2,
    "lost_connection",
    "emptied_storage",
    "jumping_clock",
    "sleep",
    "log_out",
    "revoked_token",
    "another_courier",
    "retired_label",
    "equal_chance",
    "tap",
]
