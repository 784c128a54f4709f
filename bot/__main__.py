"""`python -m bot`: every configured channel, until stopped."""

import asyncio
import sys

from signpost.errors import SignpostError
from signpost.settings import from_environment

from .run import run

try:
    asyncio.run(run(from_environment()))
except KeyboardInterrupt:
    sys.exit(130)
except SignpostError as failed:
    sys.exit(f"signpost: {failed}")
