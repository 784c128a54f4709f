"""The Telegram channel, and the start of every configured channel (`python -m bot`)."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "1")
"""The library then gives `retry_after` as a timedelta, as it always will from its next version on."""
