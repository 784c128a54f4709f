"""The frames that make a message a question about the plan, as patterns over a folded, lower-case text.

A frame is *certain* where it can mean nothing else, and *likely* where what is asked about has to settle it.
"""

from __future__ import annotations

import re
from typing import Literal

Blank = Literal["lead", "date", "reporting"]

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
CHAIR = re.compile(r"\bwho(?:'s| is| was)? (?:chairs?|chairing|chaired|the chair)\b")
CERTAIN_REPORTING = re.compile(r"\breporting (?:officers?|column|line)\b")
LIKELY_REPORTING = re.compile(
    r"\bwhere (?:does|did|do) (?!i\b|we\b|you\b)(.{2,80}?) report\b|\bwho gets? (?:the )?reports? (?:on|about|for)\b|"
    r"\bwho (?:does|do|did|is|was|are) (?!i\b|we\b|you\b|they\b|he\b|she\b|one\b)(.{2,80}?) report(?:ed|ing)?(?: to)?\b"
    r"|\bwho (?:reports?|reported) (?:on|to)\b"
    r"|\b(?:what|which \w+|everything|things?) (?:is|are|was|were|gets?)? ?report"
)
WHEN = re.compile(
    r"\bwhen (?:is|was|are|were|should|did|does|will)\b"
    r"(?=.*\b(?:due|launch\w*|done|finish\w*|complete\w*|start\w*|meant)\b)"
    r"|\b(?:deadline|due date|target date|launch date|by when|what date|which month|what month)\b"
)
DUE = re.compile(
    r"\b(?:due|fall|falls|fell|launch\w*|deadlines?|(?:be|been|get) (?:done|finished|completed?|delivered))\b"
)
BLANK: tuple[tuple[Blank, re.Pattern[str]], ...] = (
    (
        "lead",
        re.compile(
            rf"\b(?:no|without(?: an?| any)?|missing an?|lacks? an?) (?:named )?(?:lead|owner)s?\b{NOT_A_LEAD}"
            r"(?: officers?)?"
            r"|\b(?:unowned|leaderless|unassigned|unallocated)\b"
            r"|\bno(?:body| ?-?one)(?: is|'s)? (?:leads?|leading|owns?)\b"
            r"|\b(?:leads?|owners?) (?:is |are |still |blank |to be ){0,3}(?:tbc|blank|missing|confirmed)\b|\btbc\b"
        ),
    ),
    (
        "date",
        re.compile(
            r"\b(?:no|without(?: an?| any)?|missing an?|lacks? an?) (?:due |target )?(?:dates?|deadlines?|by when)\b"
            r"|\bundated\b|\bno (?:timescale|end date)s?\b|\bnever (?:given|got|had) a (?:date|deadline)\b"
            r"|\b(?:dates?|by when) (?:is |are |left )?(?:blank|missing)\b"
        ),
    ),
    (
        "reporting",
        re.compile(
            r"\b(?:no|without(?: an?| any)?|missing an?) reporting(?: officers?| line)?\b"
            r"|\breport(?:s|ing)? to no(?:body| ?-?one)\b|\breporting (?:column )?(?:is )?(?:blank|empty|missing)\b"
        ),
    ),
)
OVERDUE = re.compile(
    r"\b(?:already |still |now )?(?:overdue|outstanding|late|past (?:its|their|the) (?:due )?dates?|slipp(?:ed|ing)"
    r"|behind schedule|missed (?:its|their|the) deadlines?)\b(?: (?:in|at|as of|as at|by|on))?"
)
WHAT_IS_LATE = re.compile(r"what(?:'s| is| was) (?:already |now |still )?(?:late\W*$|overdue\b|outstanding\b)")
RAG = re.compile(r"\b(red|amber|green)\b(?:[ -](?:rated|rag))?|(?<=\bmarked )(?:as )?(?P<done>done)\b")
SECTIONS = {
    "whole-system": r"whole[ -]system", "universal": r"universal", "targeted": r"targeted", "specialist": r"specialist",
}  # fmt: skip
SECTION = {
    name: re.compile(
        rf"\b(?:(?:in|under|of|from|within) )?(?:the )?{word}(?: provision)?"
        rf" (?:section|part|milestones?|actions?)\b(?: of)?"
        rf"|\b(?:in|under|within|for) (?:the )?{word}(?: provision)?(?=\W*$)"
        rf"|'s (?P<of>{word}) (?=milestones?|actions?)"
    )
    for name, word in SECTIONS.items()
}
SHOW = re.compile(r"\b(?:what(?:'s| is| was| are| were)?|list|show|all|everything|which|give|see)\b")
SAYS = re.compile(
    r"\bwhat (?:does|did) (?:the|that|this|our) (?:send |action |send action |2016 |council's |county's )?plan"
    r" say (?:about|on)\b"
)
FRAME = re.compile(
    r"\b(?:(?:send )?action plan|(?:in )?the plan|who(?:'s|se)?|leads?|lead's|led|leading|head(?:s|ing|ed) up|officers?"
    r"|responsib\w+|accountable|(?:in )?charge|named|own(?:s|ed|ers?)?|ownership|runs?|ran|column|line|due|dates?"
    r"|deadlines?|milestones?|actions?|tasks|job|remit|portfolio|sections?|part|say|says|said|mention\w*|joint|jointly"
    r"|both|areas?|meant|supposed|launch\w*|done|deliver\w*|(?<!task and )finish\w*|complete[ds]?|chairs?|chairing"
    r"|chaired|down|together|fall|falls|fell|still|already|please|could|tell|list|show|takes?|took|got|gets?|each|where"
    r"|being|goes|things?|council|county|cambridgeshire|do|need to know|contact|reach"
    r"|how many|have|has|had|shared?|in common)\b"
)
"""Words that frame a question about the plan; what is left is what the question is about."""
REPORTING = re.compile(r"\b(?:reports?|reported|reporting)\b")
"""Frames a question too, but only one about reporting: else it is what some milestones are about."""
