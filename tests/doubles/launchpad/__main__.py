"""The loopback Launchpad by itself: `python -m tests.doubles.launchpad --latency 0.1 --faults busy=0.1`."""

from __future__ import annotations

import argparse
import importlib
import time

from tests.doubles.launchpad.faults import Faults, parse_faults
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad


def main() -> None:
    """Serve until interrupted; prints the service root first."""
    parser = argparse.ArgumentParser(prog="python -m tests.doubles.launchpad", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--faults", nargs="*", default=[], metavar="FAULT=CHANCE")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--retry-after", type=float, default=1)
    parser.add_argument("--page", type=int, default=75, help="entries a page")
    parser.add_argument("--catalogue", metavar="MODULE:NAME", help="a callable that makes what is served")
    given = parser.parse_args()
    catalogue = Recorded()
    if given.catalogue:
        module, _, name = given.catalogue.partition(":")
        catalogue = getattr(importlib.import_module(module), name)()
    faults = Faults(parse_faults(given.faults), given.seed, given.retry_after)
    with LoopbackLaunchpad(catalogue, given.port, given.latency, faults, page=given.page) as server:
        print(server.root, flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
