"""What is wrong with a link's settings. A broker that is away is a state (`LinkStatus`), never an error."""


class LinkError(Exception):
    """The root of this package's errors."""


class BrokerUrlInvalid(LinkError, ValueError):
    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"The broker's address {url!r} cannot be used: {reason}. Write mqtt://HOST:PORT or mqtts://HOST:PORT."
        )
        self.url, self.reason = url, reason
