"""The secret and the settings about storage."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from signpost.errors import SettingError
from signpost.settings import from_environment
from signpost.storage import Store
from signpost.storage.keys import Secret, open_secret


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "state" / "secret.key"
    with ThreadPoolExecutor(8) as pool:
        keys = {k.value for k in pool.map(lambda _: open_secret(None, file), range(8))}
    assert len(keys) == 1 and len(keys.pop()) == 64
    assert file.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in file.parent.iterdir()] == ["secret.key"]


def test_a_person_is_a_keyed_hash() -> None:
    one, other = Secret(b"x" * 32), Secret(b"y" * 32)
    assert one.who("telegram", 5) == one.who("telegram", 5)
    assert len({one.who("telegram", 5), one.who("telegram", 6), one.who("web", 5), other.who("telegram", 5)}) == 4
    assert "xxx" not in repr(one)


def test_a_key_too_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="SIGNPOST_SECRET_KEY"):
        open_secret("short", tmp_path / "none")
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(SettingError, match="SIGNPOST_SECRET_KEY"):
        open_secret(None, tmp_path / "secret.key")


@pytest.mark.parametrize(
    "wrong", ["nonsense", "mysql://x/y", "sqlite+aiosqlite://", "sqlite:///x", "postgresql+psycopg://h"]
)
async def test_a_wrong_address_names_the_variable(wrong: str) -> None:
    with pytest.raises(SettingError, match=r"^SIGNPOST_DATABASE_URL: "):
        await Store.open(wrong)


def test_the_database_and_the_key_lie_side_by_side() -> None:
    plain = from_environment({"HOME": "/home/x"})
    assert plain.database == "sqlite+aiosqlite:////home/x/.local/state/signpost/signpost.sqlite3"
    assert plain.secret_file == Path("/home/x/.local/state/signpost/secret.key")
    moved = from_environment({"HOME": "/home/x", "SIGNPOST_DATABASE_URL": "sqlite+aiosqlite:////data/s.sqlite3"})
    assert moved.secret_file == Path("/data/secret.key")
    server = from_environment({"HOME": "/home/x", "SIGNPOST_DATABASE_URL": "postgresql+psycopg://h/d"})
    assert server.secret_file == plain.secret_file
