"""The log of a running Signpost: one line a record, as text or JSON, and never the message of an exception.

An exception's message may hold what somebody typed, so of it only the kind and the place are written, whoever logs it.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from pathlib import Path
from typing import Literal

Style = Literal["text", "json"]


def begin(style: Style) -> None:
    """Write warnings and errors of every library to standard error from now on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines(style))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class Lines(logging.Formatter):
    def __init__(self, style: Style) -> None:
        super().__init__()
        self._as_json = style == "json"

    def format(self, record: logging.LogRecord) -> str:
        said, error = " ".join(record.getMessage().split()), _error(record)
        if not self._as_json:
            return f"{said} ({error})" if error else said
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "from": record.name, "said": said}
        return json.dumps(line | ({"error": error} if error else {}), ensure_ascii=False)


def _error(record: logging.LogRecord) -> str:
    """Kind and place of the exception that is logged, or nothing."""
    kind, _, trace = record.exc_info or (None, None, None)
    if kind is None:
        return ""
    places = traceback.extract_tb(trace)
    return f"{kind.__name__} at {Path(places[-1].filename).name}:{places[-1].lineno}" if places else kind.__name__
