"""Where the gallery lies, who may ask and what opens a data share. Nothing here can name a registry's database."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from abis.mqtt import QueueSettings
from common.broker import BrokerAddress

Rate = Annotated[int, Field(ge=0, le=200)]


class AbisSettings(BaseSettings):
    """From the environment: PANAH_ABIS_HOME and so on; an argument given by hand goes before it."""

    model_config = SettingsConfigDict(env_prefix="PANAH_ABIS_", extra="forbid", frozen=True)

    home: Path = Field(
        default_factory=lambda: Path.home() / ".panah-abis",
        title="Home",
        description="The folder of this gallery and its key, and of nothing else.",
    )
    token: SecretStr | None = Field(
        default=None, title="Token", description="What `Authorization: Bearer` must carry; needed beyond 127.0.0.1."
    )
    broker_url: SecretStr | None = Field(
        default=None, title="Broker", description="mqtt://[user:password@]host:port; without it HTTP only."
    )
    request_topic: str = Field(default="mosip-to-abis", title="Topic of requests", description="Without wildcards.")
    response_topic: str = Field(default="abis-to-mosip", title="Topic of answers", description="Without wildcards.")
    client_id: str = Field(default="panah-abis", title="MQTT client id", description="One for each gallery.")
    share_key: Path | None = Field(
        default=None, title="Data share key", description="RSA private key, PEM or PKCS#12, that opens data shares."
    )
    share_key_password: SecretStr | None = Field(
        default=None, title="Its password", description="Where the key file has one."
    )
    share_certificate: Path | None = Field(
        default=None, title="Data share certificate", description="PEM; shares encrypted to another one are refused."
    )
    plain_shares: bool = Field(
        default=False, title="Plain shares", description="With a share key, accept CBEFF that nobody encrypted as well."
    )
    share_hosts: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(),
        title="Data share hosts",
        description="host or host:port, separated by commas; referenceURLs of others are refused. Empty: all.",
    )
    share_seconds: float = Field(
        default=20.0, gt=0, le=600, title="Patience", description="Seconds for one data share, from start to end."
    )
    share_max_bytes: int = Field(
        default=32 << 20, ge=1024, le=1 << 30, title="Largest share", description="Bytes of one data share."
    )
    auth_url: str | None = Field(
        default=None, title="Auth manager", description="MOSIP's …/v1/authmanager/authenticate/clientidsecretkey."
    )
    auth_client_id: str = Field(default="", title="Client id", description="For the auth manager.")
    auth_secret: SecretStr = Field(default=SecretStr(""), title="Secret key", description="For the auth manager.")
    auth_app_id: str = Field(default="regproc", title="Application id", description="For the auth manager.")
    target_fpir: Rate = Field(
        default=30, title="targetFPIR", description="round(-10·log10 FPIR) where a request names none."
    )
    calibration: Path | None = Field(
        default=None,
        title="Calibration",
        description="A file of `panah match calibrate`; else the one that comes along.",
    )

    @field_validator("broker_url")
    @classmethod
    def _an_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            BrokerAddress.parse(url.get_secret_value())
        return url

    @field_validator("request_topic", "response_topic")
    @classmethod
    def _a_topic(cls, topic: str) -> str:
        if not topic or any(sign in topic for sign in "+#\0"):
            raise ValueError("a topic has at least one character and no wildcard")
        return topic

    @field_validator("share_hosts", mode="before")
    @classmethod
    def _listed(cls, hosts: object) -> object:
        if isinstance(hosts, str):
            return frozenset(host.strip().lower() for host in hosts.split(",") if host.strip())
        return hosts

    @model_validator(mode="after")
    def _one_way_each(self) -> "AbisSettings":
        if self.request_topic == self.response_topic:
            raise ValueError("requests and answers need topics of their own")
        return self

    @property
    def queue(self) -> QueueSettings:
        return QueueSettings(requests=self.request_topic, answers=self.response_topic, client_id=self.client_id)
