"""`lptrack init`: a commented configuration to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lptrack.errors import UsageError


def init(
    path: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="Default lptrack.toml.")] = Path(
        "lptrack.toml"
    ),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented lptrack.toml to start from."""
    from lptrack.config.template import build_template

    target = path / "lptrack.toml" if path.is_dir() else path
    try:
        with target.open("w" if force else "x", encoding="utf-8") as file:
            file.write(build_template())
    except FileExistsError as error:
        raise UsageError(f"{target} is there already", hint="--force replaces it") from error
    typer.echo(f"wrote {target}; `lptrack config` shows what is in force")
