"""Where an MQTT broker is, for whoever connects to it."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit

from common.errors import BrokerUrlInvalid

_PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """`password` stays out of `repr`, `str` and errors."""

    host: str
    port: int
    tls: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """From mqtt://[user[:password]@]host[:port] or mqtts://…. Errors: BrokerUrlInvalid."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as exc:
            raise BrokerUrlInvalid(_shown(url), "its port is no number below 65536") from exc
        if parts.scheme not in _PORTS:
            raise BrokerUrlInvalid(_shown(url), "it begins neither with mqtt:// nor with mqtts://")
        if not parts.hostname or parts.path.strip("/") or parts.query:
            raise BrokerUrlInvalid(_shown(url), "it has no host, or more than host and port")
        return cls(
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            tls=parts.scheme == "mqtts",
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    @property
    def url(self) -> str:
        """Without user and password."""
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"


def _shown(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if at else url
