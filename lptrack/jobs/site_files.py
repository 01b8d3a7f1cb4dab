"""The folder of a site: what differs is written, what is no longer part of it goes, nobody else's file is touched."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final

from lptrack.errors import LptrackError, UsageError
from lptrack.files import save_whole
from lptrack.jobs.outputs import Protected, is_same
from lptrack.site.address import SHAPE
from lptrack.site.manifest import NAME, Manifest, parse_manifest, render_manifest

_HINT: Final = "check the folder, its permissions and the space left, or name another with --out DIR"


def check_folder(out: Path, protected: Iterable[Protected]) -> None:
    """Raise `UsageError` where the folder, or a file that a site may write into it, is one of these."""
    for path, what in protected:
        if is_same(out, path) or (what.endswith("cache") and path.is_dir() and _inner(out, path) is not None):
            raise UsageError(f"--out {out}: this is {what}; nothing was written", hint="name another folder")
        inner = _inner(path, out)
        if inner is not None and (SHAPE.fullmatch(inner) or inner == NAME):
            raise UsageError(f"--out {out}: {inner} in it is {what}; nothing was written", hint="name another folder")
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out}: this is a file, not a folder", hint="name a folder")


def _inner(path: Path, folder: Path) -> str | None:
    """The path's name within the folder; None where it is elsewhere."""
    try:
        return Path(os.path.realpath(path)).relative_to(os.path.realpath(folder)).as_posix()
    except ValueError:
        return None


@contextmanager
def hold_folder(out: Path) -> Iterator[None]:
    """No other `lptrack site` writes into the folder until the block ends. Raises `LptrackError` where one does."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        handle = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise LptrackError(f"{out}: {error.strerror}", hint=_HINT) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise LptrackError(
            f"{out}: another `lptrack site` is writing there; nothing was written", hint="let it end, then run again"
        ) from None
    finally:
        os.close(handle)  # which gives the lock back


class SiteFolder:
    """The folder while a site is written: counts what was written, left as it was, and removed."""

    __slots__ = ("_made", "found", "left", "out", "removed", "unchanged", "written")

    def __init__(self, out: Path) -> None:
        self.out = out
        self.found = self._load_manifest()
        self.written = self.unchanged = self.removed = 0
        self.left: list[str] = []
        self._made: set[str] = set()

    def _load_manifest(self) -> Manifest:
        path = self.out / NAME
        try:
            data = path.read_bytes() if _is_file(path) else None
        except OSError as error:
            raise LptrackError(f"{path}: {error.strerror}", hint=_HINT) from error
        found = Manifest() if data is None else parse_manifest(data)
        if found is None:
            raise UsageError(
                f"{path} is not what lptrack wrote: nothing in this folder was touched", hint="name an empty folder"
            )
        return found

    def check_strangers(self, names: Iterable[str]) -> None:
        """Raise `UsageError` where one of these names is already another's file, or leads out of the folder."""
        own = frozenset(self.found.iter_files())
        folders: set[str] = set()
        for name in names:
            if name not in own and os.path.lexists(self.out / name):
                raise UsageError(
                    f"--out {self.out}: {name} is there, and no site of lptrack's: nothing was written",
                    hint="name an empty folder, or remove the file",
                )
            folders.add(name.rpartition("/")[0])
        for folder in folders:
            self._check_folder(folder)

    def _check_folder(self, inner: str) -> None:
        """A link in the place of a folder would lead the pages elsewhere."""
        path = self.out
        for part in inner.split("/") if inner else ():
            path = path / part
            if path.is_symlink() or (path.exists() and not path.is_dir()):
                raise UsageError(f"{path} is not a folder of this site: nothing was written", hint="remove it")

    def has(self, files: Mapping[str, str]) -> bool:
        """Whether each of the files is there with the size that its stamp tells."""
        for name, stamp in files.items():
            try:
                found = os.lstat(f"{self.out}/{name}")
            except OSError:
                return False
            if not stat.S_ISREG(found.st_mode) or stamp.partition("-")[0] != str(found.st_size):
                return False
        return True

    def plan(self, names: Collection[str]) -> None:
        """Record what is about to be written, so that a run after a killed one knows it for its own."""
        own = frozenset(self.found.iter_files())
        if new := frozenset(names) - own:
            self.found = Manifest(self.found.units, self.found.planned | new)
            self._save_manifest(self.found)

    def put_all(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """Write what differs from what is there; the stamp of each."""
        return {name: self._put(name, data) for name, data in files.items()}

    def _put(self, name: str, data: bytes) -> str:
        path = f"{self.out}/{name}"
        stamp = f"{len(data)}-{blake2b(data, digest_size=8).hexdigest()}"
        try:
            if self.has({name: stamp}) and Path(path).read_bytes() == data:
                self.unchanged += 1
                return stamp
            self._make(name.rpartition("/")[0])
            _replace(path, data)
        except OSError as error:
            raise LptrackError(f"{path}: the page cannot be written ({error.strerror})", hint=_HINT) from error
        self.written += 1
        return stamp

    def _make(self, inner: str) -> None:
        if inner not in self._made:
            (self.out / inner).mkdir(parents=True, exist_ok=True)
            self._made.add(inner)

    def finish(self, manifest: Manifest) -> None:
        """Remove what was the site's and is no more, then record what is."""
        keep = frozenset(manifest.iter_files())
        stamps = {name: stamp for unit in self.found.units.values() for name, stamp in unit.files.items()}
        for name in sorted(frozenset(self.found.iter_files()) - keep):
            self._remove(name, stamps.get(name))
        self._save_manifest(manifest)

    def _remove(self, name: str, stamp: str | None) -> None:
        """Remove one file, if it is still what was written; else leave it and tell."""
        path = self.out / name
        self._check_folder(name.rpartition("/")[0])
        try:
            if not os.path.lexists(path):
                return
            data = path.read_bytes() if _is_file(path) else None
            if data is None or (
                stamp is not None and stamp != f"{len(data)}-{blake2b(data, digest_size=8).hexdigest()}"
            ):
                self.left.append(name)
                return
            path.unlink()
            self.removed += 1
            for folder in list(path.relative_to(self.out).parents)[:-1]:
                (self.out / folder).rmdir()
        except OSError:  # a folder that is not empty stays; a file that cannot go is told
            if os.path.lexists(path):
                self.left.append(name)

    def _save_manifest(self, manifest: Manifest) -> None:
        data = render_manifest(manifest)
        path = self.out / NAME
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            if not (_is_file(path) and path.read_bytes() == data):
                save_whole(path, [data])
        except OSError as error:
            raise LptrackError(f"{path}: {error.strerror}", hint=_HINT) from error


def _replace(path: str, data: bytes) -> None:
    """The file with these bytes, or the old ones. What a killed run left of it is in the way of nothing.

    `save_whole` takes four times as long, and a site has tens of thousands of files.
    """
    folder, _, name = path.rpartition("/")
    beside = f"{folder}/.{name}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        handle = os.open(beside, flags, 0o666)
    except FileExistsError:
        os.unlink(beside)
        handle = os.open(beside, flags, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def _is_file(path: Path) -> bool:
    """A file itself, not a link to one."""
    return path.is_file() and not path.is_symlink()
