"""`python -m tests.fuzz --seconds N [--only NAME]`: damage for every parser; exit 1 where something gave way.

Each target gets its share of the time. What fails is made as small as it goes and kept in `corpus/TARGET/`, where
`test_corpus.py` finds it: commit it with the mend.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from hashlib import sha256
from typing import Final

from tests.fuzz.running import CORPUS, Failure, shrink, try_input
from tests.fuzz.targets import TARGETS, Target

MEMORY: Final = 4 << 30
"""Bytes that the whole process may take: who takes more has given way."""


def main() -> int:
    """Fuzz; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for each target")
    parser.add_argument("--only", action="append", metavar="NAME", help="only targets whose name begins so")
    parser.add_argument("--seed", type=int, default=None, help="the same damage again")
    parser.add_argument("--list", action="store_true", help="name the targets and stop")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    chosen = [
        target for target in TARGETS if not options.only or any(target.name.startswith(name) for name in options.only)
    ]
    if options.list or not chosen:
        print("\n".join(target.name for target in TARGETS))
        return 0 if options.list else 2
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    found = 0
    for target in chosen:
        found += _fuzz(target, random.Random(f"{seed} {target.name}"), options.seconds)
    print(f"{found} findings (--seed {seed})")
    return 1 if found else 0


def _fuzz(target: Target, chance: random.Random, seconds: float) -> int:
    seeds = target.seeds()
    until = time.monotonic() + seconds
    tried = 0
    failures: dict[str, Failure] = {}
    while time.monotonic() < until:
        data = target.damage(chance.choice(seeds), seeds, chance)
        tried += 1
        failure = try_input(target, data)
        if failure is not None and failure.kind not in failures:
            failures[failure.kind] = small = shrink(target, failure)
            path = CORPUS / target.name / sha256(small.data).hexdigest()[:12]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(small.data)
            print(f"{target.name}: {failure.kind}\n  {small.words}\n  kept in {path}", flush=True)
    print(f"{target.name}: {tried} inputs, {len(failures)} findings", flush=True)
    return len(failures)


if __name__ == "__main__":
    sys.exit(main())
