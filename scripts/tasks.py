"""What scripts/run, scripts/test and scripts/bench start: `python scripts/tasks.py NAME …`."""

import importlib
import sys

from toolchain.steps import StepError

if __name__ == "__main__":
    name = sys.argv.pop(1)
    # A shell's || and set -e need the status, a person needs the words and no traceback.
    try:
        sys.exit(importlib.import_module(f"toolchain.{name}").main(sys.argv[1:]))
    except StepError as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nStopped. Start again at any time: what is done is kept.", file=sys.stderr)
        sys.exit(130)
