"""The options of the smaller commands, made from the same declarations as those of `run` and `report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from lptrack.cli.declare import build_option
from lptrack.config.flags import Setting
from lptrack.jobs.options import CONFIG_FLAG, WAIT_FLAG
from lptrack.trackers import DEFAULT_TRACKER, roots

SERVICE_ROOT: Final = roots()[DEFAULT_TRACKER].option

DbOption = Annotated[Path | None, build_option(Setting("db"))]
CacheOption = Annotated[str | None, build_option(Setting("cache"))]
ServiceRootOption = Annotated[str | None, build_option(Setting(SERVICE_ROOT))]
ConfigOption = Annotated[Path | None, build_option(CONFIG_FLAG)]
WaitOption = Annotated[float | None, build_option(WAIT_FLAG)]
