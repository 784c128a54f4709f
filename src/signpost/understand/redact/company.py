"""The company that tells a name: what stands before it and what follows."""

from __future__ import annotations

import re

from .lists import read

_I = re.IGNORECASE

_KIN = read("kin.txt")
"""The last word of whom a name may follow: "my eldest son Tom", "his social worker Ann"."""
_TITLE = re.compile(
    r"(?<!\w)(?:mrs?|ms|mx|dr|prof(?:essor)?|dame|rev(?:erend)?|cllr|councillor|aunt(?:ie|y)|uncle)\b\.? {1,2}(?=\w)",
    _I,
)
_MISS = re.compile(r"(?<!\w)(?:Miss|Master|Doctor|Nanny|Nana|Nan|Grandad|Gran|Grandma|Sir|Nurse|Sister)\.? (?=[A-Z])")
_LOWER_MISS = re.compile(r"\bmiss\.? (?=[a-z])")
_SIGNED = re.compile(
    r"\b(?:sincerely|faithfully|truly|regards|wishes|thanks|thank you|cheers"
    r"|love)\b ?[,.!-]{0,3}\s{0,3}\n\s{0,6}(?=\w)"
    r"|\b(?:sincerely|regards|wishes|thanks|thank you|cheers"
    r"|love)\b ?[,.!-] ?(?=[^\W\d_]+(?: [^\W\d_]+)?\W{0,3}(?:$|\n))",
    _I,
)
_CALLED = re.compile(
    r"\b(?:called|named|name(?:'?s| is| was|:| -)?|names(?: are)?|my name|full name|son name|daughter name"
    r"|known as|goes by|nicknamed)(?: is)?:? (?=\w)",
    _I,
)
_AFTER_WORD = re.compile(r"(?<![\w'-])([a-z-]{2,16})(?:'s)?(?: is| called| named|,| -|:| \()? ?(?=\w)", _I)
_GREETING = re.compile(
    r"\b(?:i'?m|i am|its|it's|this is|here is|hi|hello|hiya|hey|dear|morning|afternoon|evening|thanks"
    r"|thank you|thankyou|thx|cheers|regards|wishes|rgds"
    r"|sincerely|faithfully|truly|love|from|signed|re|fao|attn"
    r")\b[ ,:!-]{0,3}(?:\n\s{0,6})?(?=\w)",
    _I,
)
_NEXT = (
    r"is|isn'?t|was|wasn'?t|has|hasn'?t|had|can'?t|cannot|won'?t|will|would|needs?|keeps?|does|doesn'?t"
    r"|dosent|did|didn'?t|gets?|got|starts?|started|goes|went|hates?"
    r"|loves?|likes?|wants?|struggles?|says?|said|told|tells|rang|came|comes|lives?|turns?|turned|who|aged?"
    r"|age|that|just|still|might|may|should|could|can|wants|cries|screams"
    r"|works?|working|has|attends?|lives|walks|talks|plays|means|and|or|into|in|at|on|to|from|with|dob|born"
    r"|he|she|they|here|again|about|for|as|if|when|because|off|out|back|through|so|but|ok|okay|x+|under|after"
    r"|before|by|hopes?|he'?s|she'?s|who'?s|my|doing"
)
FOLLOWS = re.compile(rf"(?:'?s)?(?: *(?:[,.!?()\n:;/&+-]|$)| +(?:{_NEXT})\b| +\d)", _I)
"""What stands after a name, and after many other words."""
_PEOPLE = (
    r"mum|mam|mummy|mom|dad|daddy|mother|father|nan|gran|grandma|grandad|brother|sister|son|daughter"
    r"|parents?|carer|teacher|taxi|ehcp|plan|class|school|senco|ta|birthday|case|diagnosis"
)
FOLLOWS_SURELY = re.compile(
    rf"(?:'?s (?:{_PEOPLE}|new|old|real|social|needs|speech|behaviour)\b"
    r"|,? (?:is|was|aged?|age|turns|turned|who is|who's|he's|she's|hes|shes|he is|she is) (?:only |just "
    r"|nearly |now |almost )?\(?\d{1,2}\b(?! ?(?:weeks?|months? away|miles?|pounds?|%|p\b))"
    r"|,? ?\(\d{1,2}\)|, \d{1,2},|,? (?:dob|date of birth|born|upn|nhs)\b"
    r"|,? (?:is|was) (?:my|our|his|her|the (?:eldest|youngest)|autistic|deaf|blind|non-?verbal|disabled"
    r"|dyslexic|being bullied|refusing|struggling|excluded|diagnosed|born|in (?:year|reception|y\d))\b"
    r"|,? (?:has|got) (?:autism|adhd|asd|downs?|down's|epilepsy|an ehcp|a diagnosis|cerebral"
    r"|been (?:diagnosed|excluded|off|told)|sen\b|learning)"
    r"|,? (?:who|he|she) (?:is|has|was|can'?t|won'?t)\b| (?:can'?t|won'?t|cant|wont|doesn'?t|doesnt) (?:cope"
    r"|talk|speak|walk|sleep|eat|sit|go|get|read|write|settle|see|hear)\b"
    r"| (?:hates|loves|struggles|screams|cries|masks|stims)\b| here\b,?| and (?:i|me) (?:am|are|have|did"
    r"|would|live|went)\b)",
    _I,
)
"""What stands after a name and after little else."""

EPONYM = re.compile(
    r"(?:'?s)? (?:syndrome|disease|disorder|palsy|dystrophy|scale|method|approach|test|programme)s?\b", _I
)
"""What follows a name that a condition or a method bears."""
VERB = re.compile(
    r"'s? | (?:is|was|has|had|needs?|can'?t|won'?t|lives?|goes|got|gets|started|starts|hates|loves|and)\b", _I
)
"""What stands after an unknown word that opens a sentence, when it is a name."""
BEFORE_PLACE = re.compile(
    r"\b(?:in|near|nr|at|around|round|outside|towards|via|past|village of|town of|live in|living in)[ ,]+$", _I
)
BEFORE_TIME = re.compile(
    r"\b(?:in|this|next|last|until|till|since|by|during|from|of|mid|early|late|every|to|through|before|after"
    r"|the|for|over|and|or|every|each|all|on)[ ,]+$",
    _I,
)


def expected(text: str) -> dict[int, str]:
    """Where a name is expected, and by what; the surest wins."""
    found = {m.end(): "greeting" for m in _GREETING.finditer(text)}
    after = ((m.end(), m[1].lower()) for m in _AFTER_WORD.finditer(text))
    found |= {end: "kin" for end, word in after if word in _KIN or word.removesuffix("s") in _KIN}
    for why, patterns in (
        ("called", (_CALLED,)),
        ("miss", (_LOWER_MISS,)),
        ("title", (_TITLE, _MISS)),
        ("signed", (_SIGNED,)),
    ):
        for pattern in patterns:
            found.update((m.end(), why) for m in pattern.finditer(text))
    return found
