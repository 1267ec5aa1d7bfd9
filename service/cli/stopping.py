"""The wish that this process end, as SIGTERM and SIGINT tell it."""

import signal
from contextlib import suppress
from queue import Empty, SimpleQueue


class Stop:
    """Told by those signals, or by `tell`, from its making on; made in the main thread.

    A threading.Event will not do: `set` in the signal's handler waits for ever for the lock where
    the signal has interrupted `wait` while that held it. A SimpleQueue may be put into at any
    moment.
    """

    def __init__(self) -> None:
        self._signals: SimpleQueue[None] = SimpleQueue()
        self.is_told = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.tell())

    def tell(self) -> None:
        """Ask for the end, from any thread or signal's handler."""
        self.is_told = True
        self._signals.put(None)

    def wait(self, seconds: float) -> bool:
        """Return whether it has been told, as soon as it is, at the latest after that time."""
        if not self.is_told:
            with suppress(Empty):
                self._signals.get(timeout=seconds)
        return self.is_told
