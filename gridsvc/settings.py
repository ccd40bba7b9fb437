"""The only reader of the environment (prefix ``GRIDSVC_``)."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import Literal, NoReturn
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gridsvc import paths


class Settings(BaseSettings):
    """Settings of one installation; frozen, read once a process."""

    model_config = SettingsConfigDict(env_prefix="GRIDSVC_", frozen=True, extra="ignore")

    dsn: str | None = Field(default=None, description="login of gridsvc_app; unset: the private cluster")
    admin_dsn: str | None = Field(default=None, description="owner (superuser once); for db commands only")
    home: Path | None = Field(default=None, description="private cluster, keys, spool; default .gridsvc")
    out: Path = Field(default=Path("out"), description="where demo and reports write")
    tz: str = Field(default="Asia/Shanghai", description="zone of the installation, fixed at the first migration")
    lang: Literal["zh", "en"] = "zh"
    cipher: Literal["aes", "sm4"] = Field(default="aes", description="how personal fields are sealed from now on")
    holidays: str = Field(default="CN", description="calendar of public holidays (ISO country), or none")
    office_hours: str = Field(
        default="08:30-12:00,13:30-17:30", description="working hours for limits in working hours"
    )
    target: float = Field(default=0.95, gt=0, le=1, description="target of the on-time rate")

    corrections: Literal["review", "direct", "off"] = Field(
        default="review", description="what officers find wrong: waits for 同意, is written at once, is not taken"
    )
    maker: str = Field(default="", description="制图单位: who makes the maps that are printed")
    map_permit: str = Field(default="", description="审图号: number of the permit printed on maps")
    address: str = Field(default="http://127.0.0.1:8000", description="where people reach the pages; in QR codes")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=2, ge=1, le=32)
    slots: Path | None = Field(
        default=None, description="file in which workers tell how busy they are; gridsvc serve sets it"
    )
    demo: bool = Field(default=False, description="one-click logins on the login page; only ever on loopback")
    basemap: str | None = Field(
        default=None, description="XYZ or WMTS address with {z} {x} {y}, or an .mbtiles file; proxied"
    )
    basemap_key: str | None = Field(default=None, description="put into {key} of the base map's address")
    basemap_attribution: str = ""
    session_hours: int = Field(default=12, ge=1)

    pool_size: int = Field(default=8, ge=1)
    pool_wait: float = Field(default=2.0, description="seconds a request waits for a connection")
    pool_queue: int = Field(default=16, description="requests that may wait")
    budget_ms: int = Field(default=10_000, description="time budget of an ordinary request")
    job_budget_ms: int = Field(default=1_800_000, description="time budget of a background job's transaction")

    attachment_max_mb: int = Field(default=20, ge=1, description="a photo or document")
    upload_max_mb: int = Field(default=512, ge=1)
    rows_max: int = Field(default=5_000_000, ge=1)
    vertices_max: int = Field(default=20_000_000, ge=1)
    page_max: int = Field(default=1000, ge=1)
    reader_memory_mb: int = Field(default=3072, description="address space of the child that reads files")
    reader_seconds: int = Field(default=900, description="CPU time of the child that reads files")

    @field_validator("tz")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The installation's time zone."""
        return ZoneInfo(self.tz)

    @property
    def base(self) -> Path:
        """The installation's own folder, absolute."""
        if self.home is not None:
            return self.home.absolute()
        return (paths.share() if paths.in_checkout() else Path.cwd()) / ".gridsvc"


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()


def child_environment(**extra: str) -> dict[str, str]:
    """The environment handed to a child process: this one's, with ``extra`` on top."""
    return {**os.environ, **extra}


def environment(name: str) -> str:
    """One variable of the environment, empty when it is not set."""
    return os.environ.get(name, "")


def start_over(arguments: list[str], **values: str) -> NoReturn:
    """Replace this process by a Python process with ``arguments`` and more variables."""
    os.execve(sys.executable, [sys.executable, *arguments], child_environment(**values))  # noqa: S606


def hand_down(**values: str) -> None:
    """Settings that processes started from this one read, and this one from now on (it may serve itself)."""
    os.environ.update(values)
    settings.cache_clear()


def caller() -> str:
    """Login name of the person at this terminal, for the audit of local commands."""
    return os.environ.get("SUDO_USER") or os.environ.get("USER") or str(os.getuid())
