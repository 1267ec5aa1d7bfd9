"""A signal ends what waits for it, whatever instant it comes at."""

import subprocess
import sys

# Each signal comes from another thread while the main one goes in and out of its wait.
MANY_SIGNALS = """
import os, random, signal, threading, time
from service.cli.stopping import Stop

for _ in range(300):
    stop = Stop()
    def send():
        time.sleep(random.random() / 500)
        os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=send).start()
    while not stop.wait(0.00001):
        pass
    assert stop.is_told and stop.wait(60)
print("ended")
"""


def test_no_signal_is_lost_and_none_locks_up() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MANY_SIGNALS], capture_output=True, text=True, timeout=120
    )
    assert (done.stdout, done.stderr) == ("ended\n", "")
