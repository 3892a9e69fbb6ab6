"""Making any call of the interface by its operation id."""

from typing import Any

from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import ROUTERS
from tests.api.authority.subjects import Subject
from tests.api.authority.table import ROWS
from tests.api.ground import Ground

ROUTES = {
    str(route.name): (min(route.methods or ()), str(route.path_format))
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and route.include_in_schema
}
"""Method and template of each call; pages have nobody to turn away."""


def send(
    client: TestClient,
    ground: Ground,
    operation: str,
    subject: Subject,
    key: str | None,
    **more: str,
) -> Response:
    """The answer to a call; ``more`` stands in its address beside what the subject says."""
    method, template = ROUTES[operation]
    body: dict[str, Any] = {}
    if isinstance(subject.body, bytes):
        body = {"content": subject.body}
    elif subject.body is not None:
        body = {"json": subject.body}
    headers = {"Idempotency-Key": f"call{ground.new()}", "Accept-Language": "en"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    address = {"community": ground.house.community, **subject.address, **more}
    return client.request(method, template.format(**address), headers=headers, **body)


def key_for(ground: Ground, operation: str) -> str | None:
    """The key of an officer who may make the call, where it needs one."""
    row = ROWS[operation]
    return ground.keys[row.officer, row.scope] if row.keyed else None
