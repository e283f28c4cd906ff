"""What the person who runs Courant may set: `courant.toml` in the home, or COURANT_… variables."""

import os
import re
from datetime import date
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from courant.lib.embeds import HOST

LIMIT = re.compile(r"\d+/(minute|hour|day)")
DEFAULT_HOME = "var/home"


def home_path() -> Path:
    """The data home: COURANT_HOME, else a folder below the current one."""
    return Path(os.environ.get("COURANT_HOME") or DEFAULT_HOME).resolve()


class VoiceConfig(BaseModel):
    """One voice. What its engine needs beside these stands beside them: `voice`, `url`, …"""

    model_config = ConfigDict(extra="allow")

    engine: str  # espeak, piper, openai, kokoro, or the dotted path of a class
    language: str = ""  # BCP 47; empty: the voice's name is one
    quotes: str = ""  # the voice, by name, for what others say
    label: str = ""  # as the desk shows it

    def facts(self) -> dict[str, Any]:
        """As the setting COURANT_VOICES holds it."""
        return {
            "BACKEND": self.engine,
            "LANGUAGE": self.language,
            "QUOTES": self.quotes,
            "LABEL": self.label,
            "OPTIONS": self.model_extra or {},
        }


VOICES = {
    "en": VoiceConfig(engine="espeak", voice="en-gb"),  # type: ignore[call-arg]
    "uk": VoiceConfig(engine="espeak", voice="uk"),  # type: ignore[call-arg]
}


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
    embed_hosts: list[str] = Field(
        [],
        description="PeerTube servers whose videos pages may show when a reader asks, such as "
        '["tube.example.org"].',
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
    approval_above: int = Field(
        0,
        ge=0,
        description="An edition to more readers than this must be approved by a second person; "
        "0: never.",
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
    visitor_days: int = Field(
        90,
        ge=0,
        description="Days for which network, page and program of a reader's yes or no are kept.",
    )
    typography: bool = Field(
        default=False, description="Set typographic quotes and dashes in imported plain text."
    )
    cache_megabytes: int = Field(
        64, ge=1, description="Memory per web process for public files; larger files are streamed."
    )

    bucket: str = Field(
        "", description="S3 bucket that the public files are copied to; empty: none is."
    )
    bucket_endpoint: str = Field(
        "", description="Address of another S3 service than Amazon's, such as Cloudflare R2's."
    )
    bucket_region: str = Field("", description="The bucket's region; some services want auto.")
    bucket_prefix: str = Field(
        "",
        pattern=r"^([^/].*/)?$",
        description="What all names in the bucket begin with, such as paper/; empty: nothing.",
    )
    bucket_key: str = Field("", description="Access key; empty: as AWS's own tools find it.")
    bucket_secret: SecretStr = Field(SecretStr(""), description="Its secret.")
    cdn: Literal["", "cloudflare", "fastly", "purge"] = Field(
        "",
        description="The cache in front of the paper that is told of each change; `purge`: by "
        "PURGE requests, as nginx, Varnish and Caddy take them; empty: none.",
    )
    cdn_zone: str = Field("", description="Cloudflare's zone, or Fastly's service, by its id.")
    cdn_token: SecretStr = Field(SecretStr(""), description="Token that may purge there.")
    cdn_urls: list[str] = Field(
        [],
        description="Where PURGE requests go, a URL a cache; for the other two their API, if it "
        "is not the usual one.",
    )

    bake_processes: int = Field(
        0, ge=0, le=64, description="Processes that render a whole new tree; 0: one a processor."
    )

    voices: dict[str, VoiceConfig] = Field(
        {}, description="Voices by name, beside espeak for en and uk: docs/narration.md."
    )
    narration_formats: list[Literal["mp3", "m4a", "opus"]] = Field(
        ["mp3", "m4a"], description="Forms of the audio; mp3 is always among them."
    )
    narration_disclosure: Literal["shown", "spoken", "off"] = Field(
        "shown",
        description="That a machine speaks is said by the player, in tags, data, feeds and the "
        "signature; `spoken`: by the voice too; `off`: nowhere, where no law asks for it.",
    )
    narration_disclosure_words: dict[str, str] = Field(
        {}, description="Own words for it by language; empty: Courant's."
    )
    narration_timestamps: str = Field(
        "", description="Address of a time-stamping server (RFC 3161) for signatures; empty: none."
    )
    podcast_owner: str = Field(
        "", description="E-mail address in the podcast feed, which directories check; empty: none."
    )
    indexnow_key: str = Field(
        "",
        pattern=r"^([a-zA-Z0-9-]{8,128})?$",
        description="Key of your choice, 8 letters and figures or more: search engines are told by "
        "IndexNow of each page that changes; empty: they are not.",
    )
    websub_hub: str = Field(
        "",
        description="WebSub hub that is told when a feed or the podcast changes; empty: none.",
    )

    @field_validator("voices")
    @classmethod
    def _quotes_are_voices(cls, value: dict[str, VoiceConfig]) -> dict[str, VoiceConfig]:
        for name, voice in value.items():
            if voice.quotes and voice.quotes not in {**VOICES, **value}:
                raise ValueError(f"voice {name!r} has quotes = {voice.quotes!r}, which is no voice")
        return value

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

    @field_validator("embed_hosts")
    @classmethod
    def _embed_hosts_are_hosts(cls, value: list[str]) -> list[str]:
        for host in value:
            if not HOST.fullmatch(host):
                raise ValueError(f"{host!r} is no host name; write it such as tube.example.org")
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
