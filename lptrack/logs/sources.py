"""Where logs come from: files, folders searched for logs, gzip of either, standard input. All file access is here."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from lptrack.errors import NoLogs, UnreadableLog, raise_shortage
from lptrack.logs.formats import recognise
from lptrack.logs.head import HEAD, build_head, is_binary
from lptrack.logs.model import Stamp

STDIN: Final = "-"
CHUNK: Final = 1 << 18
"""Bytes a read: large enough that calls cost nothing, small enough to stay in the cache."""

BOMB_SIZE: Final = 1 << 28
BOMB_RATIO: Final = 400
"""A gzip that is larger than BOMB_SIZE unpacked and BOMB_RATIO times its packed size is refused (logs: 5 to 15)."""

LOG_SUFFIXES: Final = frozenset(
    (".txt", ".log", ".html", ".htm", ".moin", ".md", ".markdown", ".rst", ".mbox", ".mail", ".eml", ".json", ".jsonl", ".weechatlog", "")  # noqa: E501
)  # fmt: skip
NO_LOGS: Final = frozenset(
    ("readme", "license", "licence", "copying", "authors", "changelog", "contributing", "makefile", "robots", "news", "todo", "install")  # noqa: E501
)  # fmt: skip
"""Stems of files that stand beside logs in folders and are none."""


@dataclass(frozen=True, slots=True)
class Source:
    """One document that may be a log. ``name`` is the interface's `source`; ``searched``: found in a folder."""

    name: str
    path: Path | None
    size: int = 0
    searched: bool = False
    content: bytes | None = None  # of a document that is no file: read from the web
    stamp: Stamp | None = None  # of a file, before it was read

    @property
    def place(self) -> str | None:
        """Where the document lies, by which it is known again: its absolute path, else its address."""
        if self.path is not None:
            return os.path.abspath(self.path)
        return self.name if self.content is not None else None

    @property
    def lasts(self) -> bool:
        """Whether it can be read again: standard input cannot."""
        return self.path is not None or self.content is not None

    def chunks(self) -> Iterator[bytes]:
        """The raw bytes, unpacked; UTF-16 with a byte order mark comes as UTF-8. Raises `UnreadableLog`."""
        try:
            yield from _as_utf8(self._bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableLog(self.name, _reason(error)) from error

    def _bytes(self) -> Iterator[bytes]:
        if self.content is not None:
            yield from _unpacked(self.name, io.BytesIO(self.content))
            return
        if self.path is None:
            yield from _unpacked(self.name, sys.stdin.buffer)
            return
        with self.path.open("rb", buffering=0) as file:
            yield from _unpacked(self.name, file)


def _reason(error: Exception) -> str:
    raise_shortage(error)
    if isinstance(error, (gzip.BadGzipFile, EOFError, zlib.error)):
        return "the gzip data are damaged or cut off"
    return (getattr(error, "strerror", None) or str(error)).lower()


def _unpacked(name: str, file: IO[bytes]) -> Iterator[bytes]:
    first = file.read(CHUNK)
    if not first.startswith(b"\x1f\x8b"):
        while first:
            yield first
            first = file.read(CHUNK)
        return
    packed = unpacked = 0
    unpack = zlib.decompressobj(wbits=31)
    while True:
        packed += len(first)
        data = unpack.decompress(unpack.unconsumed_tail + first, CHUNK)
        unpacked += len(data)
        if unpacked > BOMB_SIZE and unpacked > packed * BOMB_RATIO:
            raise UnreadableLog(name, f"unpacks to more than {BOMB_RATIO} times its size", hint="unpack it yourself")
        if data:
            yield data
        first = b""
        if unpack.eof:  # the next member of several, or the end
            rest = unpack.unused_data or file.read(CHUNK)
            if not rest.strip(b"\0"):
                return
            unpack, first = zlib.decompressobj(wbits=31), rest
        elif not unpack.unconsumed_tail:
            first = file.read(CHUNK)
            if not first and not data:
                raise EOFError


def _as_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(chunks, b"")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
        yield decoder.decode(first).encode("utf-8", "replace")
        for chunk in chunks:
            yield decoder.decode(chunk).encode("utf-8", "replace")
        return
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from chunks


def find_sources(
    arguments: Iterable[str], wanted: Callable[[Source], bool] | None = None
) -> Iterator[Source | UnreadableLog]:
    """Each LOG of a command line as the documents it stands for, in order; what is none as the error to print.

    ``wanted``: which files of a folder are taken (default: `is_wanted`, which looks into those that may be anything).
    """
    for argument in arguments:
        if argument == STDIN:
            yield Source("-", None)
            continue
        path = Path(argument)
        try:
            mode = path.stat()
        except (OSError, ValueError) as error:
            yield UnreadableLog(
                _show(argument), _reason(error), hint="a LOG is a file, a folder, a .gz, or - for standard input"
            )
            continue
        if stat.S_ISDIR(mode.st_mode):
            yield from _search(argument, path, wanted or is_wanted)
        elif stat.S_ISREG(mode.st_mode):
            yield Source(_show(argument), path, mode.st_size, stamp=_stamp(mode))
        elif stat.S_ISFIFO(mode.st_mode) or stat.S_ISCHR(mode.st_mode):
            yield Source(_show(argument), path, mode.st_size)
        else:
            yield UnreadableLog(_show(argument), "is neither a file nor a folder")


def _show(name: str) -> str:
    """A file's name as text: bytes that are no UTF-8 are spelled `\\xff`, for no record could hold them."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("utf-8", "backslashreplace")
    return name


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _search(argument: str, folder: Path, wanted: Callable[[Source], bool]) -> Iterator[Source | UnreadableLog]:
    found = False
    errors: list[UnreadableLog] = []

    def note(error: OSError) -> None:
        errors.append(UnreadableLog(_show(str(error.filename)), _reason(error)))

    for top, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for file in sorted(files):
            if not is_log_name(file):
                continue
            path = Path(top, file)
            try:
                status = path.stat()
            except OSError as error:
                errors.append(UnreadableLog(_show(str(path)), _reason(error)))
                continue
            if not stat.S_ISREG(status.st_mode):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
                errors.append(
                    UnreadableLog(_show(str(path)), "is a link out of the folder", hint="name the file itself")
                )
                continue
            inside = path.relative_to(folder).as_posix()
            name = _show(f"{argument.rstrip('/') or '/'}/{inside}".replace("//", "/"))
            source = Source(name, path, status.st_size, True, stamp=_stamp(status))
            if not wanted(source):
                continue
            found = True
            yield source
    yield from errors
    if not found and not errors:
        yield NoLogs(
            _show(argument), "holds no logs", hint="logs are .txt, .log, .html, .md, .json, .mbox and their .gz"
        )


_MIXED: Final = re.compile(r"\.(?:jsonl?|html?)(?:\.gz)?\Z", re.IGNORECASE)
"""In a folder these may be anything; one that is no log is no failure."""


def is_wanted(source: Source) -> bool:
    """Whether a file that was found in a folder is read: not where it may be anything, and is no log."""
    return not (source.searched and _MIXED.search(source.name)) or _is_recognised(source)


def _is_recognised(source: Source) -> bool:
    data = b""
    try:
        for chunk in source.chunks():
            data += chunk
            if len(data) >= HEAD:
                break
    except UnreadableLog:
        return True  # reading it will say why it cannot be read
    return (
        is_binary(data)
        or not data.strip()
        or recognise(build_head(source.name, data, whole=len(data) < HEAD)) is not None
    )


def is_log_name(file: str) -> bool:
    """Whether a file of this name in a folder is looked into."""
    if file.startswith(".") or file.endswith("~"):
        return False
    name = PurePosixPath(file.lower())
    if name.suffix == ".gz":
        name = name.with_suffix("")
    stem = name.name.partition(".")[0]
    suffix = name.suffix
    if suffix[1:2].isdigit() or " " in suffix or len(suffix) > 11:  # `#ubuntu.2013-09-11`, irssi's `x.log.1`
        suffix = ""
    return suffix in LOG_SUFFIXES and stem not in NO_LOGS
