"""What the person who runs Courant may set: `courant.toml` in the home, or COURANT_… variables."""

import os
import re
from datetime import date
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

LIMIT = re.compile(r"\d+/(minute|hour|day)")
DEFAULT_HOME = "var/home"


def home_path() -> Path:
    """The data home: COURANT_HOME, else a folder below the current one."""
    return Path(os.environ.get("COURANT_HOME") or DEFAULT_HOME).resolve()


class Config(BaseSettings):
    """One typed list of settings. A variable wins over the file, the file over the default.

    Raises pydantic.ValidationError, which names every wrong value at once.
    """

    model_config = SettingsConfigDict(env_prefix="COURANT_", extra="forbid")

    site_url: str = Field(
        "http://127.0.0.1:8000", description="Where readers find the paper; no slash at the end."
    )
    language: Literal["en", "uk"] = Field("en", description="The paper's main language.")
    time_zone: str = Field("UTC", description="IANA zone of the newsroom, such as Europe/Kyiv.")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="postgresql://user:password@host/name; empty: SQLite in the home.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="Signs sessions and links; empty: the key that `init` made."
    )
    allowed_hosts: list[str] = Field(
        [], description="Host names that the server answers to, beside the one of site_url."
    )
    behind_proxy: bool = Field(
        default=False, description="Trust X-Forwarded-Proto from a proxy in front (nginx, Caddy)."
    )
    mail: Literal["file", "smtp", "anymail"] = Field(
        "file",
        description="Where mail goes: the outbox folder, an SMTP server, or a provider's API.",
    )
    mail_from: str = Field(
        "", description="Sender of all mail, `Name <address>`; empty: the paper at its host name."
    )
    smtp_host: str = Field("127.0.0.1", description="SMTP server.")
    smtp_port: int = Field(25, ge=1, le=65535, description="SMTP port.")
    smtp_user: str = Field("", description="SMTP user, if the server asks for one.")
    smtp_password: SecretStr = Field(SecretStr(""), description="SMTP password.")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "none", description="How the connection to the SMTP server is protected."
    )
    smtp_timeout: float = Field(
        30, gt=0, le=60, description="Seconds to wait for each answer of the server."
    )
    smtp_connections: int = Field(
        4, ge=1, le=100, description="Connections to the SMTP server at once."
    )
    smtp_messages: int = Field(
        100, ge=1, description="Messages over one connection, then a new one is made."
    )
    mail_limits: dict[str, str] = Field(
        {},
        description="Messages at most, by domain or * for all, such as "
        '{"*" = "50000/day", "gmail.com" = "2000/hour"}.',
    )
    mail_warm_up: date | None = Field(
        None,
        description="First day of a new sender, such as 2026-12-01: 200 messages, then twice as "
        "many each day, for ten days.",
    )
    bounce_address: str = Field(
        "",
        description="Mailbox that mail servers report to, such as bounces@news.example.org; "
        "empty: no reports are read.",
    )
    returns_listen: str = Field(
        "",
        pattern=r"^(((lmtp|smtp):)?(127\.0\.0\.1|\[?::1\]?|localhost):\d{1,5})?$",
        description="Where a mail server on this machine hands reports to, such as "
        "lmtp:127.0.0.1:2424; empty: nowhere.",
    )
    bounce_imap_host: str = Field(
        "", description="IMAP server with the mailbox of bounce_address; empty: none is read."
    )
    bounce_imap_port: int = Field(993, ge=1, le=65535, description="Its port, with TLS.")
    bounce_imap_user: str = Field("", description="User of that mailbox.")
    bounce_imap_password: SecretStr = Field(SecretStr(""), description="Its password.")
    anymail_esp: str = Field(
        "",
        pattern=r"^[a-z_]*$",
        description="Provider for mail = anymail, by the name of its module in django-anymail, "
        "such as mailgun.",
    )
    anymail: dict[str, SecretStr] = Field(
        {}, description="django-anymail's settings for it, such as its keys."
    )
    dkim_selector: str = Field(
        "courant",
        pattern=r"^[a-z0-9][a-z0-9-]{0,40}$",
        description="Name of the key that signs mail; mail is signed once that key is made.",
    )
    typography: bool = Field(
        default=False, description="Set typographic quotes and dashes in imported plain text."
    )
    cache_megabytes: int = Field(
        64, ge=1, description="Memory per web process for public files; larger files are streamed."
    )

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(
                f"{value!r} is no IANA time zone; write one such as Europe/Kyiv"
            ) from None
        return value

    @field_validator("site_url")
    @classmethod
    def _url_is_whole(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ValueError(
                f"{value!r} must be a scheme and a host, such as https://news.example.org"
            )
        _ = parts.port  # a wrong one raises ValueError, saying so
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, value: SecretStr) -> SecretStr:
        scheme = urlsplit(value.get_secret_value()).scheme
        if scheme not in ("", "postgres", "postgresql"):
            raise ValueError(f"{scheme}:// is not known; write postgresql://user@host/name")
        return value

    @field_validator("mail_limits")
    @classmethod
    def _limits_can_be_read(cls, value: dict[str, str]) -> dict[str, str]:
        for text in value.values():
            if not LIMIT.fullmatch(text):
                raise ValueError(f"{text!r} is no limit; write a number and a span: 500/hour")
        return value

    @field_validator("bounce_address")
    @classmethod
    def _bounce_address_is_whole(cls, value: str) -> str:
        local, _, domain = value.rpartition("@")
        if value and not (value.isascii() and local and domain and "+" not in local):
            raise ValueError(f"{value!r} must be a plain address without a +: bounces@example.org")
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender_has_an_address(cls, value: str) -> str:
        if value and "@" not in parseaddr(value)[1]:
            raise ValueError(f"{value!r} has no address; write Name <address@example.org>")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = TomlConfigSettingsSource(settings_cls, home_path() / "courant.toml")
        return init_settings, env_settings, file


def load_config(**overrides: Any) -> Config:
    """The settings of this process."""
    return Config(**overrides)
