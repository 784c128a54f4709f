"""The frames that make a message a question about the plan, as patterns over a folded, lower-case text.

A frame is *certain* where it can mean nothing else, and *likely* where what is asked about has to settle it.
"""

from __future__ import annotations

import re
from typing import Literal

Blank = Literal["lead", "date", "reporting"]
Hint = Literal["lead", "reporting", "when", "text"]


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b")


NOT_A_LEAD = r"(?! ?-?(?:professional|practitioner|worker|teacher|poison|paint|time|up to|to\b|a\b|him|her))"
PLAN = re.compile(r"\b(?:send |sen )?action plan\b(?<!lac action plan)|\bplan of 2016\b|\b2016\s?(?:-|to)\s?2020\b")
MILESTONES = re.compile(
    r"(?<!developmental )(?<!motor )(?<!speech )(?<!his )(?<!her )(?<!their )\bmilestones?\b"
    r"|\bactions (?:on|about|around|for)\b|\ban action (?:on|about|around)\b"
    r"|\bactions? (?:is|are) (?:still )?(?:outstanding|overdue|late)\b|\boutstanding actions?\b"
)
ID = re.compile(r"\b(ws|up|tp|sp|new(?=-\d))-?\s?((?<=new-)\d{1,6}|\d\d)\b(?!\s*(?:%|th|am|pm|minutes))")
"""Ids of the plan's milestones, and of those added since (`NEW-7`)."""
CERTAIN_LEAD = re.compile(
    r"\bwho(?:'s| is| was| are| were| has)?(?: been| meant to| supposed to| down to| due to| now| currently)*"
    rf" (?:lead|leads|led|leading)\b{NOT_A_LEAD}(?: on)?|\bwhich (?:officer|person|lead) (?:leads?|led|is leading)\b"
    r"|\bwho(?:'s| has| had| takes| took)(?: got)? the lead\b|\blead (?:officer|contact|person|name)s?\b"
    r"|\bwho(?:'s| is| was)? (?:heading up|heads up|headed up)\b"
)
LIKELY_LEAD = re.compile(
    rf"\bwho(?:'s| is| was| are) (?:the |our )?(?:named )?lead\b{NOT_A_LEAD}|\b(?:named )?leads? (?:for|of|on)\b"
    r"|(?<!professional )\bleads?\b\W*$|\b(?:any|some)(?:one|body) lead(?:s|ing)?\b"
    r"|\bwho(?:'s| is| was)? (?:responsible|accountable|in charge|the owner)\b|\bwho (?:owns|owned|runs|ran)\b"
    r"|(?<=[-,:] )leads?\b\W|\bwho(?:'s| has| had)(?: got)? (?:the )?(?:responsibility|ownership)(?: for| of)?\b"
    r"|\bwhose (?:job|responsibility|action|task)\b|\bwho(?:'s| is| was) (?:meant|supposed) to\b"
    r"|\b(?:named|accountable|key|responsible) (?:officer|contact|owner)s?\b|\bowners? (?:of|for)\b"
)
_ANYWHERE = (
    "initials", r"overlap\w*", "turns? up", "appears?", "in common", "involved", "down (?:for|against)",
    "named (?:on|against)",
)  # fmt: skip
ANYWHERE = _any(*_ANYWHERE)
"""Ask for rows in which officers stand, whether they lead or are reported to."""
OFFICER = _any(*_ANYWHERE, "plate", "leading", "heading", "committed", "workload")
"""Beside these, capitals that the plan knows are an officer's."""
YEARS = ("2015-01", "2020-12")
"""The months that the plan is about: at work, whoever names one of them means the plan."""
CHAIR = re.compile(r"\bwho(?:'s| is| was)? (?:chairs?|chairing|chaired|the chair)\b")
CERTAIN_REPORTING = re.compile(r"\breporting (?:officers?|column|line)\b")
LIKELY_REPORTING = re.compile(
    r"\bwhere (?:does|did|do) (?!i\b|we\b|you\b)(.{2,80}?) report\b|\bwho gets? (?:the )?reports? (?:on|about|for)\b|"
    r"\bwho (?:does|do|did|is|was|are) (?!i\b|we\b|you\b|they\b|he\b|she\b|one\b)(.{2,80}?) report(?:ed|ing)?(?: to)?\b"
    r"|\bwho (?:reports?|reported) (?:on|to)\b"
    r"|\b(?:what|which \w+|everything|things?) (?:is|are|was|were|gets?)? ?report"
)
WHEN = re.compile(
    r"\bwhen(?:'s| is| was| are| were| should| did| does| do| will)\b"
    r"(?=.*\b(?:due|launch\w*|done|finish\w*|complete\w*|start\w*|meant|supposed|going to be|be out|be ready"
    r"|up and running)\b)"
    r"|\b(?:deadline|due date|target date|launch date|by when|what date|which month|what month)\b"
)
DUE = re.compile(
    r"\b(?:due|fall|falls|fell|launch\w*|deadlines?|(?:be|been|get) (?:done|finished|completed?|delivered))\b"
)
BLANK: tuple[tuple[Blank, re.Pattern[str]], ...] = (
    (
        "lead",
        re.compile(
            rf"\b(?:no|without(?: an?| any)?|missing an?|lack(?:s|ing)? an?) (?:named )?(?:lead|owner)s?\b{NOT_A_LEAD}"
            r"(?: officers?)?"
            r"|\b(?:unowned|leaderless|unassigned|unallocated)\b"
            rf"|\b(?:do|does|have|has)(?:n't| not) (?:got|have) (?:an? |any )?(?:named )?leads?\b{NOT_A_LEAD}"
            r"|\bno(?:body| ?-?one)(?: is|'s)? (?:leads?|leading|owns?)\b"
            r"|\b(?:leads?|owners?) (?:is |are |still |blank |to be ){0,3}(?:tbc|blank|missing|confirmed)\b|\btbc\b"
        ),
    ),
    (
        "date",
        re.compile(
            r"\b(?:no|without(?: an?| any)?|missing an?|lack(?:s|ing)? an?) (?:due |target )?"
            r"(?:dates?|deadlines?|by when)\b"
            r"|\b(?:do|does|have|has)(?:n't| not) (?:got|have) (?:an? |any )?(?:due |target )?(?:dates?|deadlines?)\b"
            r"|\bundated\b|\bno (?:timescale|end date)s?\b|\bnever (?:given|got|had) a (?:date|deadline)\b"
            r"|\b(?:dates?|by when) (?:is |are |was |were |been |left ){0,3}(?:blank|missing)\b"
        ),
    ),
    (
        "reporting",
        re.compile(
            r"\b(?:no|without(?: an?| any)?|missing an?) reporting(?: officers?| line)?\b"
            r"|\bno(?:body| ?-?one) to report to\b"
            r"|\breport(?:s|ing)? to no(?:body| ?-?one)\b|\breporting (?:column )?(?:is )?(?:blank|empty|missing)\b"
        ),
    ),
)
DATED = re.compile(
    r"\b(?:has|have|had|with|given|got)(?: actually| already| been)*(?: given)? an? (?:due )?(?:date|deadline)\b"
)
OVERDUE = re.compile(
    r"\b(?:already |still |now )?(?:overdue|outstanding|late|past (?:its|their|the) (?:due )?dates?|slipp(?:ed|ing)"
    r"|behind schedule|missed (?:its|their|the) deadlines?)\b(?: (?:in|at|as of|as at|by|on))?"
)
WHAT_IS_LATE = re.compile(r"what(?:'s| is| was) (?:already |now |still )?(?:late\W*$|overdue\b|outstanding\b)")
_NOT_ASKING = (
    r"(?! (?:writ|wrote|arrang|pay|provid|offer|decid|deliver|can|could|do i (?!(?:talk|speak) to)|should i"
    r"|would (?!be)|qualif|gets?\b|are\b|have\b|want|need))"
)
HINTS: tuple[tuple[Hint, re.Pattern[str]], ...] = (
    (
        "reporting",
        _any(
            r"overse\w*", "answerable", "to account", "accountable to", "(?:who|whom) is .{2,40} accountable",
            "sits? (?:above|over)", r"scrutini[sz]\w+",
            "(?:receives?|sees?|gets?) (?:the )?(?:updates?|report(?:s|ing)?)",
            "reports? (?:in|back|up)? ?to",
            "go(?:es)? (?:up )?to(?! (?:a |the )?(?:school|college|nursery|university))",
        ),
    ),
    (
        "when",
        _any(
            "(?:a|end|target|due|start|launch|two|what|which) dates?", "dates? (?:for|of|set)",
            "know when", r"when(?=\W*$)",
            "deadlines?", "time ?(?:scale|table|frame|line)s?", "timing", "how (?:soon|long)",
            "(?:what|which) (?:month|year)",
            "by (?:what|which) point", "until when", "kick(?:s|ing)? off", "slip(?:ped|ping)?", r"launch\w*",
            "(?:supposed|meant|due|going) to (?:happen|start|begin|land|launch)",
        ),
    ),
    (
        "lead",
        _any(
            rf"who(?:'s)?\b{_NOT_ASKING}", "whom", "whose", "owners?", "initials", "leading on", "led", "officers?",
            "wh?ich (?:officer|manager|person|colleague|of (?:us|you|the team|them))", "portfolio", "remit",
            "(?:any|some)(?:one|body) (?:in charge|been given|heading|leading|running|signed|supposed|taken|taking)",
            "(?:need|have|got) (?:a |the )?contact for", "person (?:for|behind|on|leading)",
            "name of (?:the lead|the officer|the person|whoever)", r"put (?:\w+ )?hands? up",
        ),
    ),
    (
        "text",
        _any(
            "the plan", r"promis\w+", "commit(?:ted|ment)?", "have we (?:got )?(?:anything|something)", "status",
            "where are we", "sa(?:y|id) (?:we|it|they)(?:'d| would)", "actions?", "according to this",
        ),
    ),
)  # fmt: skip
"""Words that may ask of the plan: at work they do, beside the whole name of what a milestone is about."""
RAG = re.compile(r"\b(red|amber|green)\b(?:[ -](?:rated|rag))?|(?<=\bmarked )(?:as )?(?P<done>done)\b")
SECTIONS = {
    "whole-system": r"whole[ -]system", "universal": r"universal", "targeted": r"targeted", "specialist": r"specialist",
}  # fmt: skip
SECTION = {
    name: re.compile(
        rf"\b(?:(?:in|under|of|from|within) )?(?:the )?{word}(?: provision)?"
        rf" (?:section|part|milestones?|actions?|stuff)\b(?: of)?"
        rf"|\b(?:in|under|within|for|through) (?:the )?{word}(?: provision)?(?=\W*$| with| has| have| that)"
        rf"|'s (?P<of>{word}) (?=milestones?|actions?)|\b{word} provision(?=\W+what are)"
    )
    for name, word in SECTIONS.items()
}
SHOW = re.compile(
    r"\b(?:(?:talk|run|take) me through|what(?:'s| is| was| are| were)?|list|show|all|everything|which|give|see)\b"
)
SAYS = re.compile(
    r"\bwhat (?:does|did) (?:the|that|this|our) (?:send |action |send action |2016 |council's |county's )?plan"
    r" say (?:about|on)\b"
)
FRAME = re.compile(
    r"\b(?:(?:send )?action plan|(?:in )?the plan|who(?:'s|se)?|leads?|lead's|led|leading|head(?:s|ing|ed) up|officers?"
    r"|responsib\w+|accountable|(?:in )?charge|named|own(?:s|ed|ers?)?|ownership|runs?|ran|column|line|due|dates?"
    r"|deadlines?|milestones?|actions?|tasks|jobs?|ones|remit|portfolio|sections?|part|say|says|said|mention\w*|joint|jointly"
    r"|both|areas?|meant|supposed|launch\w*|done|deliver\w*|(?<!task and )finish\w*|complete[ds]?|chairs?|chairing"
    r"|chaired|down|together|fall|falls|fell|still|already|please|could|tell|list|show|takes?|took|got|gets?|each|where"
    r"|being|goes|things?|council|county|cambridgeshire|do|need to know|contact|reach"
    r"|how many|have|has|had|shared?|in common|initials|plate|overlaps?|appears?|turns? up|committed|workload|heading"
    r"|(?:run|talk|take|remind) (?:me|us)(?: through)?)\b"
)
"""Words that frame a question about the plan; what is left is what the question is about."""
REPORTING = re.compile(r"\b(?:reports?|reported|reporting)\b")
"""Frames a question too, but only one about reporting: else it is what some milestones are about."""
