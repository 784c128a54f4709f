"""`python -m bot`: every configured channel, until stopped."""

import sys

from signpost.errors import SignpostError
from signpost.settings import from_environment
from signpost.web.server import run

try:
    run(from_environment())
except SignpostError as failed:
    sys.exit(f"signpost: {failed}")
