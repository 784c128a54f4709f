"""The OpenAPI description of the JSON interface, published at `/openapi.json`."""

from __future__ import annotations

from typing import Any

from .. import __version__
from ..api import ROLES
from ..outcomes import Disposition


def description() -> dict[str, Any]:
    """OpenAPI 3.1 of `POST /ask` and `GET /health`."""
    question = {
        "type": "object",
        "required": ["q"],
        "properties": {
            "id": {"description": "Given back as it came."},
            "q": {"type": "string", "description": "The question, in anybody's words. Leave names and addresses out."},
            "role": {"type": "string", "enum": ROLES, "default": ROLES[0]},
        },
    }
    answer = {
        "type": "object",
        "required": ["outcome", "urgent", "topics", "reply", "milliseconds"],
        "properties": {
            "id": {},
            "outcome": {"type": "string", "enum": [d.value for d in Disposition]},
            "urgent": {"type": "boolean", "description": "True when the urgent help comes first."},
            "topics": {
                "type": "array",
                "maxItems": 10,
                "items": {
                    "type": "object",
                    "required": ["id", "score"],
                    "properties": {"id": {"type": "string"}, "score": {"type": "number", "minimum": 0, "maximum": 1}},
                },
            },
            "reply": {"type": "string", "description": "What a person would see, as plain text."},
            "milliseconds": {"type": "number"},
        },
    }
    error = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}

    def said(text: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"description": text, "content": {"application/json": {"schema": schema}}}

    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Signpost",
            "version": __version__,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/ask": {
                "post": {
                    "operationId": "ask",
                    "summary": "Ask a question and be signposted",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": question}}},
                    "responses": {
                        "200": said("The answer", answer),
                        "400": said("The request cannot be read; one line says why", error),
                        "413": {"description": "Too large"},
                        "415": said("Neither a form nor JSON", error),
                    },
                }
            },
            "/health": {
                "get": {
                    "operationId": "health",
                    "summary": "Whether questions can be answered, and by which tier",
                    "responses": {
                        "200": said(
                            "Ready",
                            {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}},
                        ),
                        "503": said(
                            "Not ready",
                            {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}},
                        ),
                    },
                }
            },
        },
    }
