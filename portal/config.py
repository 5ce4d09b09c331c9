"""Settings: frozen, read once from the environment; a missing secret stops the start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PACKAGE = Path(__file__).resolve().parent
ORGANISATION = "Amana"
HERE = ("127.0.0.1", "::1", "localhost")
AUDIENCES = ("public", "family", "casework", "oversight", "admin", "account")


class SettingsInvalid(SystemExit):
    """The environment does not hold what the portal needs; the text says what to set."""


@dataclass(frozen=True, slots=True)
class Mail:
    """How messages leave the house by SMTP."""

    host: str
    port: int
    sender: str
    user: str | None
    password: str | None
    starttls: bool


@dataclass(frozen=True, slots=True)
class KeyServer:
    """An OpenBao (or Vault) server whose transit engine wraps the vault's keys instead of a file."""

    url: str
    token_file: Path
    ca_file: Path | None


@dataclass(frozen=True, slots=True)
class Tls:
    """The certificate, with its chain, and its key, for a portal that ends TLS itself."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Keys:
    """The two secrets of the web process; the vault's key stays in its own file."""

    cookie: bytes
    fields: bytes


@dataclass(frozen=True, slots=True)
class Settings:
    """All that differs between one installation and another."""

    demo: bool
    data: Path
    database_url: str | None
    database_owner_url: str | None
    pg_bin: Path | None
    pg_account: str | None
    vault_url: str
    vault_key_file: Path
    key_server: KeyServer | None
    fixity_period: timedelta
    keys: Keys | None
    mail: Mail
    audiences: frozenset[str]
    hosts: tuple[str, ...]
    behind_proxy: bool
    tls: Tls | None
    organisation: str
    help_number: str
    publication_wait: timedelta
    recovery_wait: timedelta
    message_window: bool
    posts_per_minute: int
    pictures_per_day: int
    passkeys_required: bool
    archive_inbox: Path | None = None

    @property
    def embedded(self) -> bool:
        """True when the portal keeps its own private PostgreSQL."""
        return self.database_url is None

    def required_keys(self) -> Keys:
        """The secrets, or a stop that says how to make them."""
        if self.keys is None:
            raise SettingsInvalid(
                f"No secrets found. Run `portal keys new` once (it writes {self.data / 'keys'}), or set "
                "PORTAL_SECRET_KEY and PORTAL_FIELD_KEY (64 hexadecimal digits each). "
                "Keep them apart from the database."
            )
        return self.keys


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings once; each has a safe default except the secrets, which have none."""
    env = os.environ if environ is None else environ
    demo = _truth(env, "PORTAL_DEMO")
    data = Path(env.get("PORTAL_DATA") or default_data(demo)).absolute()
    if not demo:
        _nothing_in_plain_words(env)
    return Settings(
        demo=demo,
        data=data,
        database_url=env.get("PORTAL_DATABASE_URL") or None,
        database_owner_url=env.get("PORTAL_DATABASE_OWNER_URL") or None,
        pg_bin=_path(env, "PORTAL_PG_BIN"),
        pg_account=env.get("PORTAL_PG_ACCOUNT") or None,
        vault_url=env.get("PORTAL_VAULT_URL") or f"file://{data / 'vault'}",
        vault_key_file=_path(env, "PORTAL_VAULT_KEY_FILE") or data / "keys" / "vault.key",
        key_server=_key_server(env, data),
        fixity_period=_days(env, "PORTAL_FIXITY_DAYS", 30) or timedelta(days=1),
        keys=_keys(env, data, demo),
        mail=_mail(env),
        audiences=_audiences(env),
        hosts=tuple(filter(None, env.get("PORTAL_HOSTS", "").split(","))),
        behind_proxy=_truth(env, "PORTAL_BEHIND_PROXY"),
        tls=_tls(env),
        organisation=env.get("PORTAL_ORGANISATION") or ORGANISATION,
        help_number=env.get("PORTAL_HELP_NUMBER") or "+000 000 0000",
        publication_wait=_days(env, "PORTAL_PUBLICATION_WAIT_DAYS", 0 if demo else 30),
        recovery_wait=timedelta(hours=_number(env, "PORTAL_RECOVERY_WAIT_HOURS", 0 if demo else 72)),
        message_window=not demo,
        posts_per_minute=_number(env, "PORTAL_POSTS_PER_MINUTE", 300),
        pictures_per_day=_number(env, "PORTAL_PICTURES_PER_DAY", 20),
        passkeys_required=_truth(env, "PORTAL_PASSKEYS_REQUIRED", default=not demo),
        archive_inbox=_path(env, "PORTAL_ARCHIVE_INBOX"),
    )


def default_data(demo: bool = False) -> Path:
    """`var/` of a checkout, else the system's place (as root) or the user's own."""
    name = "demo" if demo else "portal"
    if (PACKAGE.parent / "pyproject.toml").exists():
        return PACKAGE.parent / "var" / name
    system = Path("/var/lib/amana") if os.geteuid() == 0 else Path.home() / ".local/share/amana"
    return system / name


def shipped(name: str) -> Path:
    """A folder that stands beside the package in a checkout and inside it in a wheel."""
    beside = PACKAGE.parent / name
    return beside if beside.is_dir() else PACKAGE / name


def make_keys(data: Path) -> Path:
    """Write fresh secrets into a private folder; never over existing ones."""
    folder = data / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("cookie", "fields"):
        path = folder / f"{name}.key"
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
    return folder


def _keys(env: Mapping[str, str], data: Path, demo: bool) -> Keys | None:
    if env.get("PORTAL_SECRET_KEY") and env.get("PORTAL_FIELD_KEY"):
        return Keys(_hex(env, "PORTAL_SECRET_KEY"), _hex(env, "PORTAL_FIELD_KEY"))
    folder = data / "keys"
    if demo:
        make_keys(data)
    if not (folder / "cookie.key").exists() or not (folder / "fields.key").exists():
        return None
    return Keys(_key_file(folder / "cookie.key"), _key_file(folder / "fields.key"))


def _key_server(env: Mapping[str, str], data: Path) -> KeyServer | None:
    url = env.get("PORTAL_VAULT_TRANSIT")
    if not url:
        return None
    token_file = _path(env, "PORTAL_VAULT_TRANSIT_TOKEN_FILE") or data / "keys" / "transit.token"
    return KeyServer(url, token_file, _path(env, "PORTAL_VAULT_TRANSIT_CA"))


def _key_file(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise SettingsInvalid(f"{path} can be read by others. Run: chmod 600 {path}")
    return bytes.fromhex(path.read_text().strip())


def _hex(env: Mapping[str, str], name: str) -> bytes:
    try:
        value = bytes.fromhex(env[name])
    except ValueError:
        value = b""
    if len(value) < 32:
        raise SettingsInvalid(f"{name} must be at least 64 hexadecimal digits (openssl rand -hex 32).")
    return value


def _mail(env: Mapping[str, str]) -> Mail:
    return Mail(
        host=env.get("PORTAL_SMTP_HOST") or "127.0.0.1",
        port=_number(env, "PORTAL_SMTP_PORT", 25),
        sender=env.get("PORTAL_SMTP_SENDER") or "office@localhost",
        user=env.get("PORTAL_SMTP_USER") or None,
        password=env.get("PORTAL_SMTP_PASSWORD") or None,
        starttls=_truth(env, "PORTAL_SMTP_STARTTLS"),
    )


def _nothing_in_plain_words(env: Mapping[str, str]) -> None:
    """Refuse a database or a mail server of another machine that need not prove itself."""
    for name in ("PORTAL_DATABASE_URL", "PORTAL_DATABASE_OWNER_URL"):
        url = urlsplit(env.get(name, ""))
        asked = parse_qs(url.query)
        host = asked.get("host", [url.hostname or ""])[0]
        if not _is_here(host) and asked.get("sslmode") != ["verify-full"]:
            raise SettingsInvalid(f"{name} leads to another machine: add sslmode=verify-full to it.")
    if not _is_here(env.get("PORTAL_SMTP_HOST", "")) and not _truth(env, "PORTAL_SMTP_STARTTLS"):
        raise SettingsInvalid("PORTAL_SMTP_HOST is another machine: set PORTAL_SMTP_STARTTLS=1.")


def _is_here(host: str) -> bool:
    return not host or host in HERE or host.startswith("/")


def _tls(env: Mapping[str, str]) -> Tls | None:
    certificate, key = _path(env, "PORTAL_TLS_CERTIFICATE"), _path(env, "PORTAL_TLS_KEY")
    if (certificate is None) != (key is None):
        raise SettingsInvalid(
            "PORTAL_TLS_CERTIFICATE and PORTAL_TLS_KEY belong together: set both or neither."
        )
    return None if certificate is None or key is None else Tls(certificate, key)


def _audiences(env: Mapping[str, str]) -> frozenset[str]:
    wished = frozenset(filter(None, env.get("PORTAL_AUDIENCES", "").split(","))) or frozenset(AUDIENCES)
    if unknown := wished - set(AUDIENCES):
        raise SettingsInvalid(
            f"PORTAL_AUDIENCES knows {', '.join(AUDIENCES)}; not {', '.join(sorted(unknown))}."
        )
    return wished


def _path(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]) if env.get(name) else None


def _truth(env: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    word = env.get(name, "").lower()
    return word in {"1", "true", "yes", "on"} if word else default


def _days(env: Mapping[str, str], name: str, default: int) -> timedelta:
    return timedelta(days=_number(env, name, default))


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    try:
        value = int(env.get(name) or default)
    except ValueError:
        raise SettingsInvalid(f"{name} must be a whole number.") from None
    if value < 0:
        raise SettingsInvalid(f"{name} cannot be negative.")
    return value
