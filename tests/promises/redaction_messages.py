"""2,000 synthetic messages with planted personal details: who, where and what is drawn with a fixed seed.

First names and surnames are mimesis's (MIT) in twenty languages and, for a third, the lists below of names that are
rare here, foreign, or also words. They are not the redactor's lists; the test prints how many of them it knows.
Numbers are from ranges kept for drama and tests (Ofcom, NHS 999, National Insurance QQ, example.org).
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from mimesis import Locale, Person
from redaction_frames import HELD_BACK, SEEN
from stdnum.gb import nhs as nhs_number
from stdnum.gb import upn as upn_number


def _list(text: str, between: str | None = None) -> list[str]:
    return [" ".join(w.split()) for w in text.split(between)]


LOCALES = _list(
    """
    en-gb en-gb en-gb en-gb en-gb en-au pl pl pt tr hu es fr cs de sk hr nl it sv
    """
)
RARE = _list(
    """
    Aoibheann Caoimhe Ruairidh Saoirse Tadhg Eilidh Mhairi Gethin Llinos Myfanwy Ffion Iolo Olumide Chidera Temitope
    Folasade Nnamdi Kwabena Akosua Thabo Nomvula Wanjiru Abdirahman Hodan Mahad Ifrah Zaynab Abdulmalik Hafsah Maryam
    Sumayyah Ruqayyah Arslan Zeeshan Parveen Gurpreet Harjit Simranjeet Jaskaran Aadhya Vihaan Ishaan Thivya Kavindra
    Sanjeewa Xiulan Zihan Jiahao Haoyu Minh Thuy Ngoc Hyunwoo Sakura Haruto Zbigniew Agnieszka Wojtek Kasia Grzegorz
    Bogdan Ionut Mihaela Ilinca Deividas Gintare Ugne Rimantas Kristaps Oleksandr Nadiia Yevhen Dmytro Shqipe Besart
    Rojin Dilan Baran Ziyad Ghassan Anwaar Yordanos Tsegaye Selamawit Fikirte Jaxxon Kaydence Bexley Ottilie Ptolemy
    Peverell Zephyrine Lowenna Jago Tegen Rafferty Digby Elowen Clementine Marnie Cosmo Barnaby Xanthe
    """
)
WORD_NAMES = _list(
    """
    Hope Grace Faith Joy Will Mark Summer March April May June Rose Ruby Amber Jade Pearl Daisy Poppy Heather Ivy Dawn
    Eve Angel Harmony Destiny Precious Blessing Patience Mercy Charity Honey Star River Sky Ocean Rain Rowan Ash Reed
    Cliff Clay Frank Grant Max Art Bill Jack Guy Drew Chase Hunter Miles Kit Robin Jay Phoenix Prince King Duke Major
    Chance Bear Ace Sunny Rocky Storm
    """
)
RARE_LAST = _list(
    """
    Okonkwo Adeyemi-Clarke Oyelaran Mbeki Nkrumah Abdullahi Warsame Chaudhry Balasubramaniam Wickramasinghe Jayasuriya
    Dhillon Sandhu Nguyen Tran Xiong Szczepanski Wojciechowski Kowalczyk Wisniewska Popescu Ionescu Kazlauskas
    Petrauskaite Ozols Shevchenko Bondarenko Hoxha Demirtas Haddad Tesfaye O'Callaghan O'Shea D'Souza McGillicuddy
    MacIntyre Fitzwilliam-Hughes Ap-Rhys Trevithick Penhaligon Featherstonehaugh Smith-Jones Van-Houten Llewellyn
    Gruffydd Ashworth Entwistle Ramsbottom Cholmondeley Pettigrew Winterbourne
    """
)
WORD_LASTS = _list(
    """
    Rivers March Hope Hill Brown White Green Young King Bishop Cook Baker Field Wood Stone Winter Summers Day Bird Fox
    Marsh Banks Long Page Price Love Church Bridges Parks Ely Lane West North Moon Frost Snow Pope Savage Sharp Swift
    Best Little Small
    """
)
STREETS = _list(
    """
    Mill Lane; Station Road; Church Street; High Street; Orchard Close; Willow Drive; The Causeway; Kings Avenue; Fen
    Road; St Peters Street; Lynn Road; Victoria Terrace; Meadow View; Badgers Way; Tennyson Place; Old School Lane;
    Nightingale Court; Primrose Hill; Eastfield Crescent; Low Drove; Chapel Gardens; Tower Rd; Elm Grove; Barton Mews;
    Hereward St; Sandringham Ave
    """,
    ";",
)
HOUSES = ["Rose Cottage", "The Old Forge", "Fern House", "Wheatsheaf Farm", "Ivy Lodge", "Damson Barn"]
SCHOOL_HEADS = _list(
    """
    St Wulfstan's; Hawthorn Lane; Meadowbank; Kingfisher; Oakfield; Holy Cross; Bramley Park; Thistledown; Greyfriars;
    Larkrise; Millbrook; Saint Osyth; Northgate
    """,
    ";",
)
SCHOOL_TAILS = _list(
    """
    Primary; Primary School; Infant School; Academy; Village College; Junior School; C of E Primary; Community College;
    Nursery
    """,
    ";",
)
MONTHS = _list(
    """
    January February March April May June July August September October November December
    """
)
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@dataclass(frozen=True)
class Planted:
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Planting:
    text: str
    planted: tuple[Planted, ...]
    held_back: bool
    lower: bool


def messages(count: int = 2_000, seed: int = 2016) -> list[Planting]:
    """Frames in turn, seen and held back alternately; a third in lower case, a few in capitals."""
    rng = random.Random(seed)
    return [_message(rng, i) for i in range(count)]


def _message(rng: random.Random, i: int) -> Planting:
    held = i % 2 == 1
    frames = HELD_BACK if held else SEEN
    frame = frames[(i // 2) % len(frames)]
    case = rng.random()
    drawn: dict[str, str] = {}
    out, planted, at = [], [], 0
    for piece in re.split(r"(\{\w+\})", frame):
        told = piece
        if piece.startswith("{"):
            slot = piece.strip("{}")
            kind, draw = SLOTS[slot]
            told = drawn.setdefault(slot, draw(rng))
            while slot == "child2" and told == drawn.get("child"):
                told = drawn[slot] = draw(rng)
            planted += [Planted(kind, at + a, at + b) for a, b in _personal(kind, told)]
        out.append(told)
        at += len(told)
    text = "".join(out)
    lower = case < 1 / 3
    if lower or case > 0.98:
        same = text.lower() if lower else text.upper()
        text = same if len(same) == len(text) else text
    return Planting(text, tuple(planted), held, lower)


def _personal(kind: str, told: str) -> list[tuple[int, int]]:
    """The parts of what was planted that have to go."""
    if kind == "name":
        return [m.span() for m in re.finditer(r"[^\s.]+", told) if m[0] not in TITLES]
    if kind == "postcode":
        return [(len(told) - 3, len(told))]
    return [(0, len(told))]


TITLES = ("Mrs", "Mr", "Miss", "Ms", "Dr")


@cache
def _person(locale: str) -> tuple[list[str], list[str]]:
    person = Person(Locale(locale), seed=1)
    firsts = {person.first_name() for _ in range(1500)}
    lasts = {person.last_name() for _ in range(1500)}
    return sorted(filter(_usable, firsts)), sorted(filter(_usable, lasts))


def _usable(name: str) -> bool:
    return len(name) > 2 and re.fullmatch(r"[^\W\d_]+(?:['-][^\W\d_]+)*", name) is not None


def first(rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.12:
        return rng.choice(WORD_NAMES)
    if chance < 0.32:
        return rng.choice(RARE)
    name = rng.choice(_person(rng.choice(LOCALES))[0])
    return f"{name}-{rng.choice(('Mae', 'Rose', 'Louise', 'Jay', 'Lee'))}" if chance > 0.97 else name


def last(rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.12:
        return rng.choice(WORD_LASTS)
    if chance < 0.32:
        return rng.choice(RARE_LAST)
    return rng.choice(_person(rng.choice(LOCALES))[1])


def full(rng: random.Random) -> str:
    return f"{first(rng)} {last(rng)}"


def staff(rng: random.Random) -> str:
    return f"{rng.choice(TITLES)}{rng.choice((' ', ' ', ' ', '. '))}{last(rng)}"


def phone(rng: random.Random) -> str:
    d = f"{rng.randrange(1000):03d}"
    number = rng.choice(
        (f"07700 900{d}", f"07700 900{d}", f"01632 960{d}", f"020 7946 0{d}", f"0113 496 0{d}", f"0306 999 0{d}")
    )
    bare = number.replace(" ", "")
    return rng.choice(
        (
            number,
            number,
            bare,
            bare,
            number.replace(" ", "-"),
            number.replace(" ", "."),
            f"({number.split()[0]}) {' '.join(number.split()[1:])}",
            f"+44 {number[1:]}",
            f"+44{bare[1:]}",
            f"+44 (0){number[1:]}",
            f"0044 {number[1:]}",
            f"(+44) {number[1:]}",
            " ".join(bare[i : i + 2] for i in range(0, len(bare), 2)),
            " ".join(bare),
            f"{bare[:5]} {bare[5:8]} {bare[8:]}",
            f"{bare[:4]}-{bare[4:7]}-{bare[7:]}",
            f"{bare[:5]}/{bare[5:]}",
            f"{number} ext 12",
            number.replace(" ", "\u00a0"),
            number.replace(" ", "  "),
            " ".join(DIGITS[int(c)] for c in bare),
            " ".join(rng.choice(("oh", "o")) if c == "0" else DIGITS[int(c)] for c in bare),
            "oh double seven oh oh nine oh oh " + " ".join(DIGITS[int(c)] for c in d),
            "O" + bare[1:],
        )
    )


def email(rng: random.Random) -> str:
    who = (
        f"{_ascii(first(rng))}{rng.choice(('.', '_', '', '-'))}{_ascii(last(rng))}{rng.choice(('', '', '82', '2014'))}"
    )
    host = rng.choice(("example.com", "example.org", "mail.example.net", "example.co.uk"))
    dotted = host.replace(".", " dot ")
    return rng.choice(
        (
            f"{who}@{host}",
            f"{who}@{host}",
            f"{who}@{host}",
            f"{who}+send@{host}",
            f"{who} @ {host}",
            f"{who} at {dotted}",
            f"{who.replace('.', ' dot ')} at {dotted}",
            f"{who} (at) {host}",
            f"{who}[at]{host.replace('.', '[dot]')}",
            f"{who} [at] {host.replace('.', ' [dot] ')}",
        )
    )


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain)


def postcode(rng: random.Random) -> str:
    area = rng.choice(
        [
            "CB1",
            "CB4",
            "CB6",
            "CB24",
            "CB25",
            "PE13",
            "PE15",
            "PE16",
            "PE27",
            "PE29",
            "SG8",
            "SW1A",
            "M1",
            "NR14",
            "L8",
            "EC1V",
        ]
    )
    inward = f"{rng.randrange(10)}{''.join(rng.choice('ABDEFGHJLNPQRSTUWXYZ') for _ in range(2))}"
    return f"{area}{rng.choice((' ', ' ', ' ', '', '  '))}{inward}"


def address(rng: random.Random) -> str:
    street, n = rng.choice(STREETS), rng.randrange(1, 240)
    return rng.choice(
        (
            f"{n} {street}",
            f"{n} {street}",
            f"{n}a {street}",
            f"{n}, {street}",
            f"Flat {rng.randrange(1, 30)}, {n} {street}",
            f"{rng.choice(HOUSES)}, {n} {street}",
        )
    )


def birth(rng: random.Random) -> str:
    d, m, y = rng.randrange(1, 29), rng.randrange(1, 13), rng.randrange(2001, 2020)
    month = MONTHS[m - 1]
    th = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}.get(d, "th")
    return rng.choice(
        (
            f"{d:02d}/{m:02d}/{y}",
            f"{d}/{m}/{y % 100:02d}",
            f"{d}.{m}.{y}",
            f"{d:02d}-{m:02d}-{y}",
            f"{y}-{m:02d}-{d:02d}",
            f"{d}{th} {month} {y}",
            f"{d}{th} of {month} {y}",
            f"{d} {month[:3]} {y}",
            f"{month} {d}{th}, {y}",
            f"{d}{th} {month} '{y % 100:02d}",
            f"{d:02d} {m:02d} {y}",
            f"{d}{th} {month}",
        )
    )


def nhs(rng: random.Random) -> str:
    while True:
        stem = f"999{rng.randrange(10**6):06d}"
        whole = next((stem + str(c) for c in range(10) if nhs_number.is_valid(stem + str(c))), None)
        if whole:
            break
    spaced = f"{whole[:3]} {whole[3:6]} {whole[6:]}"
    return rng.choice((whole, spaced, spaced, spaced.replace(" ", "-")))


def upn(rng: random.Random) -> str:
    stem = f"873{rng.randrange(10**9):09d}"
    whole = upn_number.calc_check_digit(stem) + stem
    return rng.choice((whole, whole, f"{whole[:1]} {whole[1:]}", f"{whole[:4]} {whole[4:8]} {whole[8:]}"))


def ni(rng: random.Random) -> str:
    a, b, c = (f"{rng.randrange(100):02d}" for _ in range(3))
    end = rng.choice("ABCD")
    return rng.choice((f"QQ{a}{b}{c}{end}", f"QQ {a} {b} {c} {end}", f"QQ {a}{b}{c} {end}", f"QQ-{a}-{b}-{c}-{end}"))


def reference(rng: random.Random) -> str:
    n = rng.randrange(10_000, 99_999)
    return rng.choice((f"EHC/2023/{n}", f"CAS-{n}-K2", f"{n}7", f"EH873/24/{n}", f"AB{n}", f"SEND-{n}", f"LAC{n}/3"))


def link(rng: random.Random) -> str:
    n, who = rng.randrange(1000, 99_999), f"{_ascii(first(rng))}.{_ascii(last(rng))}"
    return rng.choice(
        (
            f"https://example.org/plans/{n}",
            f"https://docs.example.com/d/1aB{n}xYz/edit?usp=sharing",
            f"www.example.org/family?id={n}",
            f"example.com/u/{who}",
            f"https://www.facebook.com/{who}",
            f"http://example.net/case/{n}/letter.pdf",
        )
    )


def handle(rng: random.Random) -> str:
    who, n = _ascii(first(rng)), rng.randrange(10, 99)
    return rng.choice((f"@{who}_{n}", f"@{who}.mum", f"{who}_mum{n}", f"@the{who}s", f"{who}{_ascii(last(rng))}{n}"))


def school(rng: random.Random) -> str:
    return f"{rng.choice(SCHOOL_HEADS)} {rng.choice(SCHOOL_TAILS)}"


Draw = Callable[[random.Random], str]
SLOTS: dict[str, tuple[str, Draw]] = {
    "child": ("name", first),
    "child2": ("name", first),
    "child_full": ("name", full),
    "parent": ("name", first),
    "parent_full": ("name", full),
    "staff": ("name", staff),
    "staff2": ("name", staff),
    "staff_full": ("name", full),
    "staff_first": ("name", first),
    "staff_name": ("name", last),
    "phone": ("phone", phone),
    "email": ("email", email),
    "postcode": ("postcode", postcode),
    "address": ("address", address),
    "dob": ("date of birth", birth),
    "nhs": ("NHS number", nhs),
    "upn": ("UPN", upn),
    "ni": ("NI number", ni),
    "ref": ("reference", reference),
    "url": ("link", link),
    "handle": ("handle", handle),
    "school": ("school", school),
}
