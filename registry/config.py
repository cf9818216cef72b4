"""Where the registry keeps its things and whom it talks to. Read by whoever starts it; nothing at module level."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from common.broker import BrokerAddress


class RegistrySettings(BaseSettings):
    """From the environment: PANAH_HOME, PANAH_DATABASE_URL, …; an argument given by hand goes before it."""

    model_config = SettingsConfigDict(env_prefix="PANAH_", extra="forbid", frozen=True)

    home: Path = Field(
        default_factory=lambda: Path.home() / ".panah", title="Home", description="The folder that holds all state."
    )
    database_url: SecretStr | None = Field(
        default=None,
        title="Database",
        description="sqlite:///… or postgresql+psycopg://…; without it an SQLite file in the home.",
    )
    database_schema: str | None = Field(
        default=None,
        title="Schema",
        description="PostgreSQL only: the schema that holds the tables.",
        pattern=r"^[a-z_][a-z0-9_]{0,40}$",
    )
    broker_url: str | None = Field(
        default=None,
        title="Broker",
        description="mqtt://[user:password@]host:port; without it an embedded broker on 127.0.0.1.",
    )

    calibration: Path | None = Field(
        default=None,
        title="Calibration",
        description="What scores mean, of `panah match calibrate`; without it the one that comes with the program.",
    )
    engine: Literal["local", "ray"] = Field(
        default="local", title="Engine", description="local: the gallery in this process; ray: in shards over machines."
    )
    snapshot_every_s: float = Field(
        default=900, gt=0, title="Snapshots", description="Seconds between two snapshots of the gallery."
    )
    ray_address: str | None = Field(
        default=None, title="Ray", description="Address of the cluster, or auto; without it shards on this machine."
    )
    ray_shards: int = Field(default=2, ge=1, title="Shards", description="More than before adds shards; never fewer.")
    ray_replicas: int = Field(default=1, ge=1, title="Copies", description="Actors that hold the same shard.")
    ray_threads: int = Field(default=1, ge=1, title="Threads", description="Threads of an actor.")
    ray_zones: bool = Field(
        default=False, title="Zones", description="Copy r only on machines that offer panah_zone_r."
    )

    @field_validator("broker_url")
    @classmethod
    def _an_address(cls, url: str | None) -> str | None:
        if url is not None:
            BrokerAddress.parse(url)
        return url

    @property
    def database(self) -> str:
        """The SQLAlchemy URL. It may hold a password: never print it."""
        if self.database_url is None:
            return f"sqlite:///{self.home / 'registry.db'}"
        url = self.database_url.get_secret_value()
        for short in ("postgresql://", "postgres://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        return url

    @property
    def gallery_folder(self) -> Path:
        """Snapshots: they can be deleted at any time."""
        return self.home / "gallery"

    @property
    def keys_folder(self) -> Path:
        return self.home / "keys"
