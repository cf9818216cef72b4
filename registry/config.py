"""Where the registry keeps its things and whom it talks to. Read by whoever starts it; nothing at module level."""

from pathlib import Path

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
    def keys_folder(self) -> Path:
        return self.home / "keys"
