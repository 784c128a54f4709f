"""The guide, the containers and the units name only what exists: commands, options, settings, files."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
import yaml
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from signpost.cli import group
from signpost.errors import SettingError
from signpost.settings import from_environment
from signpost.web.server import configured

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "self-hosting.md").read_text("utf-8")
SETTING = re.compile(r"\b(?:SIGNPOST_[A-Z_]+|TELEGRAM_BOT_TOKEN)\b")
ENV_ONLY = {"SIGNPOST_SITE"}
"""Of the containers, not of Signpost."""
SYSTEMD = ROOT / "docker" / "systemd"
UNITS = sorted(SYSTEMD.glob("signpost*"))


def known_settings() -> set[str]:
    return set(SETTING.findall((ROOT / "src" / "signpost" / "settings.py").read_text("utf-8")))


def runs(line: str) -> None:
    """The command exists and takes these options; nothing is executed."""
    words = shlex.split(line, comments=True)
    words = words[words.index(next(w for w in words if w.endswith("signpost"))) + 1 :]
    command: click.Command = group
    while isinstance(command, click.Group):
        name = words.pop(0)
        assert name in command.commands, line
        command = command.commands[name]
    options = {o for p in command.params for o in p.opts}
    for word in words:
        assert not word.startswith("--") or word in options, f"{word} in {line}"


def test_every_setting_named_anywhere_exists_and_every_setting_is_in_the_guide() -> None:
    for file in [ROOT / "docs" / "self-hosting.md", *(ROOT / "docker").rglob("*")]:
        if file.is_file():
            named = set(SETTING.findall(file.read_text("utf-8"))) - ENV_ONLY
            assert named <= known_settings(), file
    assert set(SETTING.findall(GUIDE)) >= known_settings()


def test_every_command_of_the_guide_exists() -> None:
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.S))
    lines = [line for line in shell.splitlines() if ".venv/bin/signpost " in line]
    assert len(lines) >= 5
    for line in lines:
        runs(line)
    targets = set(re.findall(r"^([a-z-]+|\.venv/ready):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for target in re.findall(r"(?:^|= ?|AAF\.\.\. )make (?:-C \S+ )?([a-z./-]+)", shell, re.M):
        assert target in targets
    for path in re.findall(r"docker/[\w./-]+", GUIDE):
        assert path == "docker/.env" or list(ROOT.glob(path.rstrip("*") + "*")), path


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text("utf-8"))
    return found


def test_containers_are_shut_tight_and_only_the_proxy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"db", "web", "bot", "caddy"} and services["web"]["deploy"]["replicas"] == 2
    assert [name for name, s in services.items() if "ports" in s] == ["caddy"]
    for name in ("web", "bot"):
        one = services[name]
        assert one["read_only"] and one["cap_drop"] == ["ALL"] and "no-new-privileges:true" in one["security_opt"]
        assert one["depends_on"]["db"]["condition"] == "service_healthy"
        assert set(one["environment"]) <= known_settings()
        assert (ROOT / "docker" / one["build"]["context"] / one["build"]["dockerfile"]).is_file()
    assert services["web"]["command"] == ["signpost", "serve"] and "serve" in group.commands
    for service in services.values():
        assert "image" in service and not service["image"].endswith("latest")
    hosts = re.findall(
        r"(?:reverse_proxy|dynamic a) (\w+)[: ](\d+)", (ROOT / "docker" / "Caddyfile").read_text("utf-8")
    )
    assert {name for name, _ in hosts} == {"bot", "web"} and {port for _, port in hosts} == {"8080"}


async def seen_through(proxies: str, proxy: str) -> str:
    """Scheme and address of a request that a proxy at an address passes on, as the pages see them."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        assert request.client
        await PlainTextResponse(f"{request.url.scheme} {request.client.host}")(scope, receive, send)

    config = configured(app, from_environment({"SIGNPOST_PROXIES": proxies}))
    config.load()
    transport = httpx.ASGITransport(config.loaded_app, client=(proxy, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://web:8080") as client:
        said = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
        return (await client.get("/", headers=said)).text


async def test_the_pages_know_who_asks_behind_the_proxy_of_the_containers(compose: dict[str, Any]) -> None:
    """Or staff could not sign in, and all people would count as one."""
    for name in ("web", "bot"):
        proxies = compose["services"][name]["environment"]["SIGNPOST_PROXIES"]
        assert await seen_through(proxies, "172.18.0.5") == "https 203.0.113.9"


async def test_only_the_proxies_named_are_believed() -> None:
    assert await seen_through("", "127.0.0.1") == "https 203.0.113.9"
    assert await seen_through("", "192.0.2.1") == "http 192.0.2.1"
    assert await seen_through("192.0.2.0/24, 10.0.0.1", "192.0.2.1") == "https 203.0.113.9"
    assert await seen_through("192.0.2.0/24, 10.0.0.1", "198.51.100.1") == "http 198.51.100.1"
    with pytest.raises(SettingError, match=r"SIGNPOST_PROXIES.*'caddy'"):
        from_environment({"SIGNPOST_PROXIES": "10.0.0.1,caddy"})


def test_the_image_is_pinned_not_root_and_copies_what_exists() -> None:
    text = (ROOT / "docker" / "Dockerfile").read_text("utf-8")
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    for line in text.splitlines():
        if line.startswith("FROM"):
            assert re.search(r":\d+\.\d+\.\d+-", line), line
        if line.startswith("COPY") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists() and source in allowed, source
    assert text.index("USER signpost") < text.index('CMD ["python", "-m", "bot"]') and "HEALTHCHECK" in text
    assert "--require-hashes" in text


@pytest.mark.parametrize("unit", UNITS, ids=lambda p: p.name)
def test_units_start_what_exists(unit: Path) -> None:
    parsed = configparser.RawConfigParser(strict=False)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read(unit)
    if unit.suffix == ".timer":
        assert (unit.with_suffix(".service")).is_file()
        return
    service = parsed["Service"]
    assert service["User"] == "signpost"
    start = service["ExecStart"]
    assert "/opt/signpost/.venv/bin/python -m bot" in start or "/opt/signpost/.venv/bin/signpost db backup" in start


def test_the_command_runs_as_the_service_does() -> None:
    script, service = ((SYSTEMD / name).read_text("utf-8") for name in ("run-signpost", "signpost.service"))
    words = shlex.split(script.replace("\\\n", " "), comments=True)
    said = dict(re.findall(r"^(\w+)=(.*)$", service, re.M))
    assert f"--uid={said['User']}" in words and f"--working-directory={said['WorkingDirectory']}" in words
    assert f"--property=EnvironmentFile={said['EnvironmentFile']}" in words
    assert [w.removeprefix("--setenv=") for w in words if w.startswith("--setenv=")] == said["Environment"].split()
    assert words[-2:] == ["/opt/signpost/.venv/bin/signpost", "$@"]
