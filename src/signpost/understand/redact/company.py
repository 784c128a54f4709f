"""The company that tells a name: what stands before it and what follows."""

from __future__ import annotations

import re

_I = re.IGNORECASE

_KIN = (
    r"sons?|daughters?|child(?:ren)?|kids?|lads?|lass|boys?|girls?|toddler|baby|bab|little one|eldest|oldest|youngest|middle one|firstborn|twins?"
    r"|brothers?|sisters?|bro|sis|siblings?|grandsons?|granddaughters?|grandchild|nephew|niece|cousin|stepsons?|stepdaughters?|step-?son|step-?daughter"
    r"|foster (?:child|son|daughter)|mum|mummy|mother|dad|daddy|father|step-?dad|step-?mum|stepfather|stepmother|nan|nana|nanny|gran|grandma|grandad|granddad|grandfather"
    r"|grandmother|auntie|aunty|aunt|uncle|husband|wife|partner|ex|ex-husband|ex-wife|ex-partner|hubby|boyfriend|girlfriend|fiance|friend|mate|neighbour"
    r"|teacher|tutor|teaching assistant|ta|lsa|senco|sendco|head ?teacher|head|deputy|social worker|support worker|family worker|case ?worker|key ?worker|worker"
    r"|therapist|psychologist|nurse|health visitor|paediatrician|consultant|doctor|gp|dentist|counsellor|officer|manager|carer|childminder|driver|escort"
    r"|advocate|mentor|coach|pupil|student|patient|client|mr|learner|young person|brothers,|sisters,"
)
_TITLE = re.compile(
    r"(?<!\w)(?:mrs?|ms|mx|dr|prof(?:essor)?|dame|rev(?:erend)?|cllr|councillor|aunt(?:ie|y)|uncle)\b\.? {1,2}(?=\w)",
    _I,
)
_MISS = re.compile(r"(?<!\w)(?:Miss|Master|Doctor|Nanny|Nana|Nan|Grandad|Gran|Grandma|Sir|Nurse|Sister)\.? (?=[A-Z])")
_LOWER_MISS = re.compile(r"\bmiss (?=[a-z])")
_SIGNED = re.compile(
    r"\b(?:sincerely|faithfully|truly|regards|wishes|thanks|thank you|cheers|love)\b ?[,.!-]*\s*\n\s*(?=\w)"
    r"|\b(?:sincerely|regards|wishes|thanks|thank you|cheers|love)\b ?[,.!-] ?(?=[^\W\d_]+(?: [^\W\d_]+)?\W{0,3}(?:$|\n))",
    _I,
)
_CALLED = re.compile(
    r"\b(?:called|named|name(?:'?s| is| was|:| -)?|names(?: are)?|my name|full name|son name|daughter name|known as|goes by|nicknamed)(?: is)?:? (?=\w)",
    _I,
)
_OF_KIN = re.compile(rf"\b(?:{_KIN})(?:'?s)?(?: is| called| named|,| -|:| \()? ?(?=\w)", _I)
_GREETING = re.compile(
    r"\b(?:i'?m|i am|its|it's|this is|here is|hi|hello|hiya|hey|dear|morning|afternoon|evening|thanks|thank you|thankyou|thx|cheers|regards|wishes|rgds"
    r"|sincerely|faithfully|truly|love|from|signed|re|fao|attn"
    r")\b[ ,:!-]{0,3}(?:\n\s*)?(?=\w)",
    _I,
)
_NEXT = (
    r"is|isn'?t|was|wasn'?t|has|hasn'?t|had|can'?t|cannot|won'?t|will|would|needs?|keeps?|does|doesn'?t|dosent|did|didn'?t|gets?|got|starts?|started|goes|went|hates?"
    r"|loves?|likes?|wants?|struggles?|says?|said|told|tells|rang|came|comes|lives?|turns?|turned|who|aged?|age|that|just|still|might|may|should|could|can|wants|cries|screams"
    r"|works?|working|has|attends?|lives|walks|talks|plays|means|and|or|into|in|at|on|to|from|with|dob|born|he|she|they|here|again|about|for|as|if|when|because|off|out|back|through|so|but|ok|okay|x+|under|after|before|by|hopes?|he'?s|she'?s|who'?s|my|doing"
)
FOLLOWS = re.compile(rf"(?:'?s)?(?: *(?:[,.!?()\n:;/&+-]|$)| +(?:{_NEXT})\b| +\d)", _I)
"""What stands after a name, and after many other words."""
_PEOPLE = r"mum|mam|mummy|mom|dad|daddy|mother|father|nan|gran|grandma|grandad|brother|sister|son|daughter|parents?|carer|teacher|taxi|ehcp|plan|class|school|senco|ta|birthday|case|diagnosis"
FOLLOWS_SURELY = re.compile(
    rf"(?:'?s (?:{_PEOPLE}|new|old|real|social|needs|speech|behaviour)\b"
    r"|,? (?:is|was|aged?|age|turns|turned|who is|who's|he's|she's|hes|shes|he is|she is) (?:only |just |nearly |now |almost )?\(?\d{1,2}\b(?! ?(?:weeks?|months? away|miles?|pounds?|%|p\b))"
    r"|,? ?\(\d{1,2}\)|, \d{1,2},|,? (?:dob|date of birth|born|upn|nhs)\b"
    r"|,? (?:is|was) (?:my|our|his|her|the (?:eldest|youngest)|autistic|deaf|blind|non-?verbal|disabled|dyslexic|being bullied|refusing|struggling|excluded|diagnosed|born|in (?:year|reception|y\d))\b"
    r"|,? (?:has|got) (?:autism|adhd|asd|downs?|down's|epilepsy|an ehcp|a diagnosis|cerebral|been (?:diagnosed|excluded|off|told)|sen\b|learning)"
    r"|,? (?:who|he|she) (?:is|has|was|can'?t|won'?t)\b| (?:can'?t|won'?t|cant|wont|doesn'?t|doesnt) (?:cope|talk|speak|walk|sleep|eat|sit|go|get|read|write|settle|see|hear)\b"
    r"| (?:hates|loves|struggles|screams|cries|masks|stims)\b| here\b,?| and (?:i|me) (?:am|are|have|did|would|live|went)\b)",
    _I,
)
"""What stands after a name and after little else."""

EPONYM = re.compile(
    r"(?:'?s)? (?:syndrome|disease|disorder|palsy|dystrophy|scale|method|approach|test|programme)s?\b", _I
)
"""What follows a name that a condition or a method bears."""
BEFORE_PLACE = re.compile(
    r"\b(?:in|near|nr|at|around|round|outside|towards|via|past|village of|town of|live in|living in)[ ,]+$", _I
)
BEFORE_TIME = re.compile(
    r"\b(?:in|this|next|last|until|till|since|by|during|from|of|mid|early|late|every|to|through|before|after|the|for|over|and|or|every|each|all|on)[ ,]+$",
    _I,
)


def expected(text: str) -> dict[int, str]:
    """Where a name is expected, and by what: `signed`, `title`, `miss`, `called`, `kin`, `greeting`. The surest wins."""
    found: dict[int, str] = {}
    for why, patterns in (
        ("greeting", (_GREETING,)),
        ("kin", (_OF_KIN,)),
        ("called", (_CALLED,)),
        ("miss", (_LOWER_MISS,)),
        ("title", (_TITLE, _MISS)),
        ("signed", (_SIGNED,)),
    ):
        for pattern in patterns:
            found.update((m.end(), why) for m in pattern.finditer(text))
    return found
