"""Figures for Prometheus. Labels are templates and names of the program, never persons."""

from collections.abc import Collection, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api.hosting.house import House

BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Metrics:
    """The figures of one process."""

    def __init__(self, houses: Mapping[str, House]) -> None:
        """Nothing was served yet."""
        self._houses = houses
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "sunledger_requests",
            "Requests served.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "sunledger_request_seconds",
            "Seconds from the first byte of a request to the last of its answer.",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._waiting = self._gauge("writer_waiting", "Requests that wait for the writer.")
        self._position = Gauge(
            "sunledger_projection_position",
            "The position that a read model has taken in.",
            ["community", "projection"],
            registry=self.registry,
        )
        self._following = Gauge(
            "sunledger_projection_following",
            "1 while a read model follows the log.",
            ["community", "projection"],
            registry=self.registry,
        )

        self._sealed = self._gauge("sealed_position", "The size of the published checkpoint.")
        self._sealing = self._gauge("sealing", "1 while this process seals the log.")

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(f"sunledger_{name}", help_text, ["community"], registry=self.registry)

    def served(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(known_method(method), route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def page(self) -> bytes:
        """All figures as Prometheus reads them."""
        for community, house in self._houses.items():
            self._waiting.labels(community).set(house.writer.waiting)
            for status in house.follower.status():
                labels = (community, status.name)
                self._position.labels(*labels).set(status.position)
                self._following.labels(*labels).set(status.state == "following")
            if house.sealer is not None:
                seal = house.sealer.status()
                self._sealed.labels(community).set(seal.published)
                self._sealing.labels(community).set(seal.state == "sealing")
        return generate_latest(self.registry)


_METHODS: Collection[str] = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def known_method(method: str) -> str:
    """A method as it may be written down; a caller can make up any word."""
    return method if method in _METHODS else "other"
