"""What somebody wants to see of a release: a period, a part of the county, and whose people the tables count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .desk import Report
from .figures import NAMES
from .measure import COUNTY_ONLY, Measure
from .period import Period, read
from .release import COUNTY, Release, Spot
from .suppress import Shown


@dataclass(frozen=True, slots=True)
class Wanted:
    period: Period
    spot: Spot = COUNTY
    of: Measure = Measure.NEED

    @property
    def fields(self) -> dict[str, str]:
        """As the fields of an address, without what is the default."""
        return {
            "period": self.period.key,
            "district": self.spot.district or "",
            "area": self.spot.area or "",
            "age": self.spot.age or "",
            "of": "" if self.of is Measure.NEED else self.of.value,
        }


def wanted(given: Mapping[str, str], release: Release) -> Wanted:
    """What the fields of an address ask for; what is none of ours is dropped."""
    period = read(given.get("period", ""))
    if period not in release.periods:
        period = newest(release)
    spot = Spot(**{name: value if (value := given.get(name, "")) in NAMES[name] else None for name in NAMES})
    of = given.get("of", "")
    return Wanted(period, spot, Measure(of) if of in list(Measure) and of not in COUNTY_ONLY else Measure.NEED)


def newest(release: Release) -> Period:
    """The period to begin with: the newest quarter, or the year that ends with it; else the newest month."""
    longer = [period for period in release.periods if period.months > 1]
    return max(longer or release.periods, key=lambda p: (p.first + p.months, p.months), default=Period(release.last, 1))


def asked_about(report: Report, period: Period) -> dict[str, Shown]:
    """People who asked about what each milestone promised, most first, where that may be told."""
    found = {m: report.release.milestone(m, period) for m in report.known.plan.by_id}
    return {m: found[m] for m in sorted(found, key=lambda m: -found[m].least) if found[m].least}


def rows_behind(release: Release, chosen: Wanted) -> dict[str, list[tuple[str, Shown]]]:
    """A figure's people, split by each division that is not chosen already, and by month where it is longer."""
    splits = {}
    for division, names in NAMES.items():
        if getattr(chosen.spot, division) is None:
            held = {name: getattr(chosen.spot, name) for name in NAMES}
            splits[division] = [
                (name, release.people(chosen.of, chosen.period, Spot(**{**held, division: name}))) for name in names
            ]
    months = [Period(chosen.period.first + i, 1) for i in range(chosen.period.months)]
    if len(months) > 1:
        splits["month"] = [(month.key, release.people(chosen.of, month, chosen.spot)) for month in months]
    return splits
