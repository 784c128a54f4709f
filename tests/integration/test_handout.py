"""The handout: several answers on one page, the list in its address, and nothing on it that is not for families."""

from __future__ import annotations

import re

import httpx

from signpost.service import Assistant
from signpost.web.app import create_app


async def test_a_list_of_answers_is_begun_on_a_card_grows_and_shrinks(assistant: Assistant) -> None:
    transport = httpx.ASGITransport(app=create_app(assistant))
    async with httpx.AsyncClient(transport=transport, base_url="http://signpost.test") as client:
        card = (await client.post("/ask", data={"q": "how do i ask for an ehc plan"})).text
        assert 'href="/handout?topic=ehc-request"' in card
        both = await client.get("/handout?topic=ehc-request&topic=nothing&topic=autism&topic=ehc-request&topic=<b>")
        assert re.findall(r'<article class="reply">\s*<h2>([^<]*)', both.text) == [
            assistant.knowledge.topics[t].title for t in ("ehc-request", "autism")
        ]
        assert "set-cookie" not in both.headers and "<b>" not in both.text and "Last checked" in both.text
        assert 'href="/handout?topic=autism"' in both.text, "one can be taken off again"
        every = [await client.get(f"/handout?topic={t}") for t in assistant.knowledge.topics]
        inboxes = {s.professional_email for s in assistant.knowledge.services.values() if s.professional_email}
        assert inboxes and not any(inbox in page.text for page in every for inbox in inboxes)
        full = await client.get("/handout?" + "&".join(f"topic={t}" for t in assistant.knowledge.topics))
        assert full.text.count('<article class="reply">') == 8 and "<select" not in full.text
