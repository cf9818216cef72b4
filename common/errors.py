"""What can go wrong in what edge and registry share."""


class BrokerUrlInvalid(ValueError):
    """An MQTT broker's address that cannot be used. The URL it carries is without its password."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"The broker's address {url!r} cannot be used: {reason}. Write mqtt://HOST:PORT or mqtts://HOST:PORT."
        )
        self.url, self.reason = url, reason
