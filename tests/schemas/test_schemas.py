"""What lptrack writes as JSON fits its schema, and its schema knows every field that is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.schemas.write import FOLDER, SCHEMAS, build_schemas
from tests.security.commandline import lptrack


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    assert lptrack("demo", "-q", home=home).code == 0
    return home


DB = ("--db", "lptrack-demo/lptrack.db")
WRITERS = {
    "extract": ("extract", "lptrack-demo/meetings", "--format", "jsonl"),
    "status": ("status", *DB, "--format", "json"),
    "report": ("report", *DB, "--format", "json"),
    "history": ("history", "2960102", "2960112", *DB, "--format", "json"),
    "ci": ("ci", "lptrack-demo/meetings", "--offline", *DB, "--format", "json", "--fail-on", "reopened"),
}


def written(demo: Path, name: str) -> list[Any]:
    done = lptrack(*WRITERS[name], home=demo)
    assert done.code in (0, 5), done.err
    return [json.loads(line) for line in done.out.splitlines()] if name == "extract" else [json.loads(done.out)]


def test_every_json_has_a_schema_that_is_up_to_date() -> None:
    found = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
    built = build_schemas()
    stale = sorted(name for name in found | built if found.get(name) != built.get(name))
    assert not stale, f"run `python -m tests.schemas.write`: {', '.join(stale)}"
    assert set(WRITERS) == set(SCHEMAS)


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_fits(name: str, demo: Path) -> None:
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    records = written(demo, name)
    assert records
    for record in records:
        assert [error.message for error in Draft202012Validator(schema).iter_errors(record)] == []
        assert list(undescribed(record, schema)) == []


def test_a_wrong_record_does_not_fit(demo: Path) -> None:
    schema = json.loads((FOLDER / "status.schema.json").read_text("utf-8"))
    (record,) = written(demo, "status")
    del record["tasks"][0]["unknown"]
    record["tasks"][1]["source"] = "guessed"
    assert len(list(Draft202012Validator(schema).iter_errors(record))) == 2
    assert list(undescribed({"at": "2025-01-01T00:00Z", "more": 1}, schema)) == ["more"]


def undescribed(value: Any, schema: dict[str, Any]) -> Iterator[str]:
    """The names of fields that the schema does not know."""
    for choice in schema.get("anyOf", ()):
        if choice.get("type") != "null" and value is not None:
            yield from undescribed(value, choice)
    if isinstance(value, dict) and "properties" in schema:
        for name, inner in value.items():
            if name not in schema["properties"]:
                yield name
            else:
                yield from undescribed(inner, schema["properties"][name])
    elif isinstance(value, list) and "items" in schema:
        for each in value:
            yield from undescribed(each, schema["items"])


@pytest.mark.parametrize("name", ["report", "status", "history"])
def test_json_lines_are_the_records_of_the_object(name: str, demo: Path) -> None:
    (whole,) = written(demo, name)
    words = ["jsonl" if word == "json" else word for word in WRITERS[name]]
    head, *lines = map(json.loads, lptrack(*words, home=demo).out.splitlines())
    assert head.pop("record") == "document"
    assert head.items() <= whole.items()
    lists = [value for value in whole.values() if isinstance(value, list)]
    assert len(lines) == sum(map(len, lists))
    bare = [{key: value for key, value in line.items() if key != "record"} for line in lines]
    assert all(row in bare for rows in lists for row in rows)
