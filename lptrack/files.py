"""Files that are there whole or not at all: written beside their name with their mode set first, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_MODE_BITS = 0o777


def save_whole(path: Path, parts: Iterable[bytes | str], *, private: bool = False) -> None:
    """The file with these parts (text as UTF-8), or as it was before. Raises OSError.

    ``private``: only its owner may read it. Else its mode stays; a new file's is the usual one.
    """
    with open_whole(path, private=private) as file:
        for part in parts:
            file.write(part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part)


@contextmanager
def open_whole(path: Path, *, private: bool = False, replace: bool = True) -> Iterator[IO[bytes]]:
    """The same, for who writes bit by bit: the file takes its name when the block ends well.

    Without ``replace`` a file that is there already is `FileExistsError`, also where it came meanwhile.
    """
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            if not private:
                os.fchmod(handle, path.stat().st_mode & _MODE_BITS if path.exists() else 0o666 & ~_umask())
            yield file
        if replace:
            os.replace(beside, path)
        else:
            os.link(beside, path)
            os.unlink(beside)
    except BaseException:
        os.unlink(beside)
        raise


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def own_folder(folder: Path) -> Path:
    """The folder, made with all that leads to it where it is missing, for its owner alone. Raises OSError."""
    for missing in reversed([each for each in (folder, *folder.absolute().parents) if not each.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return folder
