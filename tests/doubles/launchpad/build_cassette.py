"""Makes `cassettes/launchpad-made-up-bugs.json`: `python -m tests.doubles.launchpad.build_cassette`.

The client reads all recorded bugs from the loopback Launchpad while recording; then the loopback address is replaced
by the host that the answers were recorded from. What is in the cassette is thus what the client asks for, no more.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lptrack.model import LAUNCHPAD, BugKey
from lptrack.net.cassette import load_cassette, save_cassette
from lptrack.net.settings import Settings
from lptrack.trackers.interface import Wanted
from lptrack.trackers.launchpad import LAUNCHPAD_TRACKER
from tests.doubles.launchpad.build_recorded import PROVENANCE
from tests.doubles.launchpad.catalogue import CANON, CANON_WEB
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad

CASSETTE = Path(__file__).parents[3] / "cassettes" / "launchpad-made-up-bugs.json"
MISSING = (2900002, 3999999)
ABOUT = (
    f"{PROVENANCE}; asked for by lptrack's client through the loopback Launchpad of its tests, 404s of missing bugs"
    " among them"
)


def build() -> dict[str, Any]:
    """The cassette's content."""
    catalogue = Recorded()
    with tempfile.TemporaryDirectory() as folder, LoopbackLaunchpad(catalogue) as server:
        path = Path(folder) / "recorded.json"
        client = LAUNCHPAD_TRACKER.connect(Settings(roots={"launchpad": server.root}, record=path))
        numbers = [*catalogue.numbers(), *MISSING]
        for _ in client.fetch([Wanted(BugKey(LAUNCHPAD, number)) for number in numbers]):
            pass
        client.close()
        text = json.dumps(load_cassette(path), ensure_ascii=False)
        text = text.replace(f"{server.root}devel/", CANON).replace(server.root, CANON_WEB)
    data: Mapping[str, Any] = json.loads(text)
    exchanges = [each for each in data["exchanges"] if each["url"] != CANON]
    return {"about": ABOUT, "roots": {"launchpad": CANON.removesuffix("devel/")}, "exchanges": exchanges}


if __name__ == "__main__":
    save_cassette(CASSETTE, build())
    CASSETTE.chmod(0o644)
    print(f"{CASSETTE}: {CASSETTE.stat().st_size:,} bytes")
