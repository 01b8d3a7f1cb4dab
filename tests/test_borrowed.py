"""Private names of other libraries that lptrack uses: tells when one goes, or no longer does what is relied on."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import lptrack

PACKAGE = Path(lptrack.__file__).parent
BORROWED = {
    ("json.scanner", "py_make_scanner"): "lptrack/logs/jsontext.py",
    ("lazr.restfulclient._browser", "Browser"): "lptrack/trackers/launchpad/http.py",
}
"""Each (module, name), and the one file that may use it."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("module", "name"), list(BORROWED))
def test_it_is_still_there(module: str, name: str) -> None:
    assert hasattr(import_module(module), name)


def test_the_scanner_still_asks_the_decoder_for_each_string() -> None:
    """That it does is how a string knows where it stands: the one in C does not."""
    from lptrack.logs.jsontext import _Decoder

    text = '{"a": ["b", {"c": "é\\u00e9"}]}'
    value, _ = _Decoder().raw_decode(text)
    first, inner = value["a"]
    assert (first.offset, first) == (text.index('b"'), "b")
    assert (inner["c"].offset, inner["c"]) == (text.index("é"), "éé")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_browser_still_takes_what_it_is_given() -> None:
    from lazr.restfulclient._browser import Browser

    made = list(inspect.signature(Browser.__init__).parameters)
    assert made[1:8] == [
        "service_root", "credentials", "cache", "timeout", "proxy_info", "user_agent", "max_retries",
    ]  # fmt: skip
    assert {"headers", "return_response"} <= set(inspect.signature(Browser.get).parameters)
    assert isinstance(Browser.NOT_MODIFIED, object)
    assert Browser.NOT_MODIFIED is not None


def test_no_other_private_name_is_borrowed() -> None:
    """One that is added gets its line above, and a test of what is relied on."""
    found: dict[tuple[str, str], str] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or node.module is None or node.module.startswith("lptrack"):
                continue
            hidden = any(part.startswith("_") and part != "__future__" for part in node.module.split("."))
            for alias in node.names:
                if hidden or alias.name.startswith("_") or alias.name == "py_make_scanner":
                    found[node.module, alias.name] = f"lptrack/{path.relative_to(PACKAGE).as_posix()}"
    assert found == BORROWED
