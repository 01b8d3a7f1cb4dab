"""Where a command's output goes: standard output, or `-o FILE`, whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lptrack.cli.pager import show_in_pager, wants_pager
from lptrack.cli.streams import lead_nowhere
from lptrack.errors import LptrackError, UsageError


def write_output(data: bytes, output: Path | None, *, binary: bool = False, pager: bool = False) -> None:
    """Write to the file, or to standard output. A binary form to a terminal is a `UsageError`.

    ``pager``: on a terminal, more than a screen is shown in the pager.
    """
    if output is None:
        if binary and sys.stdout.isatty():
            raise UsageError("this form is a file, not for a terminal", hint="name one with -o FILE")
        try:
            sys.stdout.flush()
            if pager and wants_pager(data) and show_in_pager(data, os.environ):
                return
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # `… | head`: the reader had enough; what the command found stays its verdict
            lead_nowhere(sys.stdout)
        return
    from lptrack.files import save_whole

    try:
        if output.exists() and not output.is_file():  # /dev/null, a pipe
            output.write_bytes(data)
        else:
            save_whole(output, [data])
    except OSError as error:
        raise LptrackError(
            f"{output}: cannot be written ({error.strerror})", hint="check the folder, its permissions and the space"
        ) from error
