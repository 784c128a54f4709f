"""Our curated services as an API of HSDS-UK 3.0, under `/directory`: open to anyone, on any page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from ..access.rights import ANYONE
from ..directory.publish import Catalogue, Record
from ..errors import InputError
from ..service import Source
from .door import Door

PER_PAGE, MOST = 50, 100
LARGEST = 1_000_000
"""Of a page's number."""
NOT_HELD = ("start_time", "end_time", "day")
"""Opening hours are held as text; rather than the wrong services such a question gets a clear line."""
ABOUT = {
    "version": "HSDS-UK-3.0",
    "profile": "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md",
    "openapi_url": "https://docs.openreferraluk.org/en/latest/openapi30.json",
}


class DirectoryApi:
    """Answers from the knowledge that is in use at the moment."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._catalogue: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue:
        now = self.source.now
        if self._catalogue is None or self._catalogue.known.version != now.knowledge.version:
            self._catalogue = Catalogue(now.knowledge, now.parts.composer.words)
        return self._catalogue

    def routes(self) -> list[BaseRoute]:
        return [
            Door("/directory", self.about, ANYONE),
            Door("/directory/services", self.services, ANYONE),
            Door("/directory/services/{service}", self.service, ANYONE),
            Door("/directory/service_at_locations", self.nowhere, ANYONE),
            Door("/directory/taxonomies", self.taxonomies, ANYONE),
            Door("/directory/taxonomies/{taxonomy}", self.taxonomy, ANYONE),
            Door("/directory/taxonomy_terms", self.terms, ANYONE),
            Door("/directory/taxonomy_terms/{term}", self.term, ANYONE),
        ]

    async def about(self, request: Request) -> Response:
        return _json(ABOUT)

    async def services(self, request: Request) -> Response:
        given = request.query_params
        try:
            for name in NOT_HELD:
                if name in given:
                    raise InputError(f"'{name}' cannot be asked for: opening hours are held as text")
            found = self.catalogue.listed(
                given.get("search", ""), given.get("taxonomy_term_id", ""), given.get("taxonomy_id", ""),
                _age(request, "minimum_age"), _age(request, "maximum_age"),
            )  # fmt: skip
        except InputError as bad:
            return _json({"error": str(bad)}, 400)
        return _page(request, found)

    async def service(self, request: Request) -> Response:
        return _one(self.catalogue.services, request.path_params["service"])

    async def nowhere(self, request: Request) -> Response:
        """No service is held with a place of its own."""
        return _page(request, [])

    async def taxonomies(self, request: Request) -> Response:
        return _page(request, [*self.catalogue.taxonomies.values()])

    async def taxonomy(self, request: Request) -> Response:
        return _one(self.catalogue.taxonomies, request.path_params["taxonomy"])

    async def terms(self, request: Request) -> Response:
        return _page(request, [*self.catalogue.terms.values()])

    async def term(self, request: Request) -> Response:
        return _one(self.catalogue.terms, request.path_params["term"])


def _json(said: Mapping[str, Any], status: int = 200) -> Response:
    """Open data: a page of any site may read it."""
    headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    return JSONResponse(said, status, headers=headers)


def _one(records: Mapping[str, Record], ident: str) -> Response:
    if ident not in records:
        raise HTTPException(404)
    return _json(records[ident])


def _page(request: Request, records: Sequence[Record]) -> Response:
    try:
        number, size = _whole(request, "page", 1, LARGEST), _whole(request, "per_page", PER_PAGE, MOST)
    except InputError as bad:
        return _json({"error": str(bad)}, 400)
    total = max(1, -(-len(records) // size))
    shown = records[(number - 1) * size : number * size]
    return _json(
        {
            "total_items": len(records),
            "total_pages": total,
            "page_number": number,
            "size": len(shown),
            "first_page": number == 1,
            "last_page": number >= total,
            "empty": not shown,
            "contents": shown,
        }
    )


def _whole(request: Request, name: str, usual: int, most: int) -> int:
    given = request.query_params.get(name)
    if given is None:
        return usual
    if not given.isascii() or not given.isdecimal() or len(given) > 7 or not 1 <= int(given) <= most:
        raise InputError(f"'{name}' must be a number from 1 to {most}")
    return int(given)


def _age(request: Request, name: str) -> float | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    if not given.isascii() or not given.replace(".", "", 1).isdecimal() or len(given) > 6:
        raise InputError(f"'{name}' must be an age in years")
    return float(given)
