"""What other programs give: `git` (a repository of logs) and `command` (a program that prints a log)."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from lptrack.sources.interface import Answer, Item, Mark, Reader, SourceError, SourceKind, SourceSpec

PATIENCE: Final = 300.0
LARGEST: Final = 32 * 1024 * 1024


def find_files(spec: SourceSpec, reader: Reader) -> Iterator[Item]:
    """The files of the newest commit; the version of each is its blob, so a file is read again only if it changed."""
    repository = _fetch_commits(spec, reader)
    branch = str(spec.values.get("branch", "HEAD"))
    listed = _run(spec, ["git", "--git-dir", str(repository), "ls-tree", "-r", "-z", "--full-tree", branch])
    pattern = str(spec.values.get("pattern", "*"))
    for entry in listed.decode("utf-8", "surrogateescape").split("\0"):
        facts, _, path = entry.partition("\t")
        if not path or facts.split()[0] not in ("100644", "100755"):  # no links, no modules
            continue
        hidden = any(part.startswith(".") for part in path.split("/"))
        if not hidden and fnmatch.fnmatch(path, pattern):
            yield Item(path, version=facts.split()[2])


def fetch_file(spec: SourceSpec, item: Item, _mark: Mark | None, reader: Reader) -> Answer | None:
    """The file as the commit has it."""
    blob = str(item.version)
    return Answer(_run(spec, ["git", "--git-dir", str(_folder(spec, reader)), "cat-file", "blob", blob]))


def _folder(spec: SourceSpec, reader: Reader) -> Path:
    if reader.folder is None:
        raise SourceError(f"{spec.shown}: a git source needs the cache folder", hint="give --cache a folder")
    return reader.folder / "git" / hashlib.sha256(spec.url.encode()).hexdigest()[:24]


def _fetch_commits(spec: SourceSpec, reader: Reader) -> Path:
    if spec.url.startswith("-") or str(spec.values.get("branch", "")).startswith("-"):
        raise SourceError(f"{spec.shown}: is not a repository's address")
    folder = _folder(spec, reader)
    if not (folder / "HEAD").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        _run(spec, ["git", "clone", "--quiet", "--bare", "--", spec.url, str(folder)])
    else:
        refs = "+refs/heads/*:refs/heads/*"
        _run(spec, ["git", "--git-dir", str(folder), "fetch", "--quiet", "--prune", "--", spec.url, refs])
    return folder


def find_output(_spec: SourceSpec, _reader: Reader) -> Iterator[Item]:
    """The program's output is one document, new at each run."""
    yield Item("output")


def run_command(spec: SourceSpec, _item: Item, _mark: Mark | None, _reader: Reader) -> Answer | None:
    """What the program prints. It is run as written, without a shell."""
    return Answer(_run(spec, [str(word) for word in spec.values["command"]]))


def _run(spec: SourceSpec, command: Sequence[str]) -> bytes:
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "https:ssh:file", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 (a list of words from a trusted configuration, no shell)
            command, capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, env=environment, check=False
        )
    except FileNotFoundError as error:
        raise SourceError(f"{spec.shown}: the program {command[0]} is not installed") from error
    except (OSError, ValueError) as error:
        raise SourceError(f"{spec.shown}: {error}") from error
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"{spec.shown}: {command[0]} took more than {PATIENCE:.0f} s") from error
    if done.returncode != 0:
        messages = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SourceError(
            f"{spec.shown}: {command[0]} ended with {done.returncode}: {messages[-1] if messages else ''}"
        )
    if len(done.stdout) > LARGEST:
        raise SourceError(f"{spec.shown}: more than {LARGEST >> 20} MiB")
    return done.stdout


GIT: Final = SourceKind("git", ("url",), find_files, fetch_file, ("branch", "pattern"))
COMMAND: Final = SourceKind("command", ("command",), find_output, run_command)
