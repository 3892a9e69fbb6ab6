"""The OpenAPI document: as FastAPI makes it, with the problem that every error is."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

_REF = "#/components/schemas/{model}"


def with_problems(app: FastAPI, problem: type[BaseModel]) -> None:
    """Let the document hold the schema that the responses of errors refer to."""
    made = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = made()
            _, schemas = models_json_schema([(problem, "serialization")], ref_template=_REF)
            components = found.setdefault("components", {}).setdefault("schemas", {})
            components.update(schemas["$defs"])
            # What FastAPI would answer itself; ours are problems.
            components.pop("HTTPValidationError", None)
            components.pop("ValidationError", None)
        return app.openapi_schema or {}

    vars(app)["openapi"] = document
