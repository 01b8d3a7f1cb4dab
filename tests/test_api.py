"""The library: its signatures are promised, and its page's example runs."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import lptrack

ROOT = Path(__file__).parents[1]
PROMISED = {
    "extract": "(log: 'str | PathLike[str]') -> 'Iterator[Extraction]'",
    "read_report": "(database: 'str | PathLike[str]', start: 'str | None' = None, end: 'str | None' = None, *, "
    "filters: 'Filters | None' = None, config: 'str | PathLike[str] | None' = None) -> 'Report'",
    "read_status": "(database: 'str | PathLike[str]', at: 'str | None' = None, *, filters: 'Filters | None' = None, "
    "config: 'str | PathLike[str] | None' = None) -> 'StatusReport'",
    "read_history": "(database: 'str | PathLike[str]', number: 'int', tracker: 'str' = 'launchpad') "
    "-> 'HistoryReport'",
    "changes": "(database: 'str | PathLike[str]') -> 'pd.DataFrame'",
    "mentions": "(database: 'str | PathLike[str]') -> 'pd.DataFrame'",
    "states": "(database: 'str | PathLike[str]', at: 'str | None' = None, *, filters: 'Filters | None' = None, "
    "config: 'str | PathLike[str] | None' = None) -> 'pd.DataFrame'",
    "render": "(document: 'Document', form: 'str') -> 'bytes'",
    "undo_spreadsheet": "(cell: 'str') -> 'str'",
}


def test_no_promised_signature_has_changed() -> None:
    assert {name: str(inspect.signature(getattr(lptrack, name))) for name in PROMISED} == PROMISED
    assert set(lptrack.__all__) == {*PROMISED, "LptrackError", "__version__"}


def test_every_name_has_its_line_on_the_librarys_page() -> None:
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    for name in set(lptrack.__all__) - {"__version__"}:
        assert f"`{name}" in page


def test_the_pages_example_runs(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "logs").symlink_to(ROOT / "examples" / "meetings")
    run = [sys.executable, "-m", "lptrack", "run", "logs", "--db", "lptrack.db", "--offline", "-q"]
    subprocess.run(run, cwd=tmp_path, check=True, timeout=60)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "2900018" in done.stdout
