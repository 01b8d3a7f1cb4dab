"""Run the double by hand: `python -m tests.doubles.debbugs --port 0` prints the root to give as --debian-root."""

from __future__ import annotations

import argparse
import threading

from tests.doubles.debbugs.facts import build_world
from tests.doubles.debbugs.server import FAULTS, DebbugsDouble


def main() -> None:
    parser = argparse.ArgumentParser(description="A debbugs on loopback, with made-up bugs.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--fault", choices=FAULTS, help="answer every --every-th request so")
    parser.add_argument("--every", type=int, default=3)
    parser.add_argument("--slowness", type=float, default=0.0, help="seconds that each answer takes")
    arguments = parser.parse_args()
    debbugs = DebbugsDouble(build_world(), port=arguments.port, slowness=arguments.slowness)
    if arguments.fault:
        debbugs.fault = lambda asked: arguments.fault if asked.index % arguments.every == 0 else None
    with debbugs:
        print(debbugs.root, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
