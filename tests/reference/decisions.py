"""Decisions: all files of a drop are good, or the drop is refused whole; what they void is void at once."""

import re
from dataclasses import dataclass, field
from datetime import date

from .formats import Record, csv_records

COLUMNS = ("decision_id", "kind", "target", "reason", "decided_by", "decided_on")
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d{4})/(\d\d?)/(\d\d?)", re.ASCII)


@dataclass
class Decisions:
    """What the good drops decided so far, one after the other."""

    ids: set[str] = field(default_factory=set)
    history: dict[str, list[dict[str, str]]] = field(default_factory=dict)  # by target

    @property
    def void(self) -> dict[tuple[str, str], str]:
        """(source, event id) of what is void: the decision that says so."""
        return {
            (target.split(":", 1)[0], target.split(":", 1)[1]): said[-1]["decision_id"]
            for target, said in self.history.items()
            if said[-1]["kind"] == "void"
        }

    def take(self, dt: date, files: list[bytes]) -> tuple[bool, list[list[Record]]]:
        """(whether the drop of these files, in path order, was good; the records of each)."""
        ids, history = set(self.ids), {target: list(said) for target, said in self.history.items()}
        is_good, held = True, []
        for header, records in map(csv_records, files):
            held.append(records)
            is_good = is_good and set(COLUMNS) <= set(header)
            for record in records:
                is_good = (
                    is_good and record.values is not None and self.follow(record.values, dt, ids, history)
                )
        if is_good:
            self.ids, self.history = ids, history
        return is_good, held

    def follow(self, row: dict[str, str], dt: date, ids: set[str], history: dict[str, list]) -> bool:
        """Do what a good decision says; False where it is bad."""
        source, colon, event_id = (part.strip() for part in row["target"].partition(":"))
        day = day_of(row["decided_on"])
        said = history.setdefault(f"{source}:{event_id}", [])
        due = "void" if len(said) % 2 == 0 else "restore"
        if not all(row[column] for column in COLUMNS) or source not in ("logins", "activities"):
            return False
        if not colon or not event_id or day is None or day > dt or row["decision_id"] in ids:
            return False
        if row["kind"] != due:
            return False
        ids.add(row["decision_id"])
        said.append(row)
        return True


def day_of(text: str) -> date | None:
    """A day written with dashes, or as a spreadsheet does."""
    match = DAY.fullmatch(text)
    try:
        return date(*[int(part) for part in match.groups() if part]) if match else None
    except ValueError:
        return None
