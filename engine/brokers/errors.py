"""What goes wrong between us and a broker."""


class BrokerError(Exception):
    """The broker did not answer as it should; the error says nothing about what happened there."""


class BrokerUnavailable(BrokerError):
    """No usable answer: time-out, lost connection, 5xx, rate limit, a body that is no JSON."""


class BrokerThrottled(BrokerUnavailable):
    """Too many requests, by the broker's count or ours; within `wait` real seconds the answer stays the same."""

    def __init__(self, message: str, wait: float) -> None:
        super().__init__(message)
        self.wait = wait


class BrokerUnauthorized(BrokerError):
    """The broker refused the keys."""


class BrokerRefused(BrokerError):
    """A definite no to a question: a 4xx with a reason."""

    def __init__(self, message: str, status: int, code: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
