"""A paste gone wrong is one sentence.

Rows beside their headings, dates and amounts exchanged, two ledgers in one sheet, last year's ledger, the same one
twice: each is recognised as what it is, with its repair, before a hundred thousand rows complain.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from validators.ledger import remembered
from validators.ledger.errors import LedgerError, LedgerQuestion
from validators.ledger.mapping import DATE, MONEY, NUMBER, Mapping, proposal
from validators.ledger.profile import accounts_in, credit_notes, fits, profiles
from validators.ledger.remembered import Confirmed
from validators.ledger.resolve import Resolver
from validators.ledger.rows import Reading, is_text
from validators.ledger.sort import Sorted
from validators.ledger.table import Part, Table
from validators.ledger.words import DEBIT, FALLBACK, OTHER, SIDE, canonical, plain, vocabulary
from validators.parse import identifiers_text
from workbook_templates.measure import Measure

_MOST, _FEW = 0.8, 0.5
_DECIMALS = re.compile(r"[.,]\d\d?(?!\d)")
_EURO, _ROUND = 100, 500
"""Cents of a euro, and of the smallest sum that people like to grant."""
_MANY_BARE = 0.3
"""Share of the expenses without an amount from which they are no slips."""
_HUGE = 1_000_000_000
"""Cents from which an amount is none."""
_MANY = 12
"""Different amounts from which it is no chance that none has cents."""
_FEWEST = 3
_SOME, _SHOWN = 0.1, 5
_FULL = 0.6
"""Share of the usual number of filled cells from which a row is meant to be an expense."""


def headings(resolver: Resolver, measure: Measure) -> None:
    """Refuse a table whose rows stand beside their headings, or whose dates and amounts are exchanged."""
    said = _said(resolver)
    wrong = [
        column
        for column, slot in said.items()
        if slot in resolver.contradicted or (column in (DATE, *MONEY[:2]) and not resolver.profiles[slot].filled)
    ]
    if not {DATE, *MONEY}.isdisjoint(wrong):
        _moved(resolver, measure, said, wrong)
    _strangers(resolver, said)


def _moved(resolver: Resolver, measure: Measure, said: dict[str, int], wrong: Sequence[str]) -> None:
    """Refuse a table that would fit with dates and amounts exchanged, or with its rows one column further on."""
    table = resolver.table
    money = next((name for name in MONEY if name in said), "")
    if DATE in wrong and money and fits(money, resolver.profiles[said[DATE]], (), measure):
        other = resolver.profiles[said[money]]
        if other.dates > _MOST or (other.serials > _MOST and not other.cents):
            names = remembered.keys(table.titles)
            columns = {names[slot]: column for column, slot in said.items()}
            columns |= {names[said[DATE]]: money, names[said[money]]: DATE}
            raise LedgerQuestion(
                "RU-L23",
                proposal=remembered.write(Confirmed(table.header.fingerprint, columns), {}),
                first=table.titles[said[DATE]],
                second=table.titles[said[money]],
            )
    wanted = {DATE, money} - {""}
    for shift in (1, -1):
        moved = shifted(table, shift)
        headed = [table.headings(slot) for slot in range(len(moved.columns))]
        looks = profiles(moved.columns, measure.year + 1, headed)
        good = {column for column, slot in said.items() if fits(column, looks[slot], moved.columns[slot], measure)}
        if len(good) >= _MOST * len(said) and len(good) > len(said) - len(wrong) and wanted <= good:
            try:
                mapping = Resolver(moved, measure).resolve()
            except LedgerError as error:
                # Even with every row in its place something would have to be asked: one thing at a time.
                raise LedgerError("RU-L45", headings=", ".join(table.titles[said[one]] for one in wrong)) from error
            names = remembered.keys(table.titles)
            columns = {names[one.slot]: one.selects or one.column for one in mapping.guesses if one.header}
            raise LedgerQuestion(
                "RU-L22" if shift > 0 else "RU-L37",
                proposal=remembered.write(Confirmed(table.header.fingerprint, columns, shift=shift), {}),
                first=next(title for title in table.titles if title),
            )


def _strangers(resolver: Resolver, said: dict[str, int]) -> None:
    """Refuse a table whose date stands above amounts, or most of whose headings may be above others than their own."""
    strange = [slot for slot in said.values() if slot in resolver.contradicted]
    dated = said.get(DATE, -1)
    if len(strange) >= _FEWEST or (dated in strange and resolver.profiles[dated].amounts > _FEW):
        named = ", ".join(resolver.table.titles[slot] for slot in strange[:_SHOWN])
        raise LedgerError("RU-L45", headings=named)


def days(table: Table, columns: Mapping, data: Sequence[int], measure: Measure) -> None:
    """Refuse amounts that are days written as one number, 20250513: nobody spends twenty million on one invoice."""
    days_ = re.compile(
        rf"(?:{measure.year - 1}|{measure.year}|{measure.year + 1})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    )
    slots = [columns.at[name] for name in MONEY if name in columns.at]
    known = {
        value for slot in slots for value in table.different(slot) if days_.fullmatch(identifiers_text(value).strip())
    }
    rows = [row for row in data if any(table.columns[slot][row] in known for slot in slots)] if known else []
    if rows:
        raise LedgerError("RU-L40", count=len(rows), rows=table.lines(rows, _SHOWN))


def huge(table: Table, reading: Reading, data: Sequence[int]) -> None:
    """Refuse amounts that no expense of a centre has: national numbers, accounts, telephone numbers."""
    rows = [row for row in data if abs(reading.cents[row] or 0) >= _HUGE]
    if rows:
        raise LedgerError("RU-L46", count=len(rows), rows=table.lines(rows, _SHOWN))


def _said(resolver: Resolver) -> dict[str, int]:
    """Return the columns that headings name, whatever stands below them."""
    found: dict[str, int] = {}
    for slot, candidates in enumerate(resolver.candidates):
        best = max(candidates, key=lambda one: one.rank, default=None)
        if best and best.column != OTHER and best.rank > FALLBACK:
            found.setdefault(best.column, slot)
    return found


@contextmanager
def or_longer(table: Table) -> Iterator[None]:
    """Say of a ledger that is asked about, or seems to hold another, that few rows have a cell too many, if so."""
    try:
        yield
    except LedgerError as error:
        if isinstance(error, LedgerQuestion) or error.code == "RU-L28":
            _longer(table)
        raise


def _longer(table: Table) -> None:
    """Refuse the few rows of a text that have more cells than there are headings: a separator inside a description."""
    last = max(slot for slot, title in enumerate(table.titles) if title)
    more = {row for values in table.columns[last + 1 :] for row, value in enumerate(values) if str(value).strip()}
    if more and is_text(table) and len(more) <= max(1, _SOME * table.count):
        raise LedgerError("RU-L41", count=len(more), rows=table.lines(sorted(more), _SHOWN))


def shifted(table: Table, shift: int) -> Table:
    """Return the table with each heading above the column that stands ``shift`` to its right."""
    blank: Sequence[object] = [""] * table.count
    width = len(table.columns)
    columns = tuple(table.columns[at] if 0 <= (at := slot + shift) < width else blank for slot in range(width))
    if shift < 0 and table.parts[0].at[0] + shift >= 0:
        # What stands left of the first heading is no column of the table.
        part = table.parts[0]
        body = part.grid.rows[part.first : part.first + part.count]
        if len(table.parts) == 1:
            columns = ([row[part.at[0] + shift] for row in body], *columns[1:])
    return replace(table, columns=columns)


def year(table: Table, reading: Reading, data: Sequence[int], measure: Measure) -> None:
    """Refuse a ledger, or a sheet of it, of another year."""
    for part, rows_ in _by_part(table, data):
        years: Counter[int] = Counter()
        for date, count in Counter([reading.dates[row] for row in rows_]).items():
            years[date.year if date else 0] += count
        del years[0]
        if not years:
            continue
        name = part.grid.name
        found, count = years.most_common(1)[0]
        if found != measure.year and count >= _FEWEST and count >= _MOST * years.total():
            raise LedgerError("RU-L27", sheet=name, found=found, wanted=measure.year, count=count)


def twice(table: Table, columns: Mapping, rows_: Sorted) -> None:
    """Refuse rows that were pasted again below themselves, or a sheet whose rows another sheet has too."""
    if NUMBER not in columns.at and DATE not in columns.at:
        return
    slots = sorted(set(columns.at.values()))
    alone = len(table.parts) == 1
    if alone and any(len(table.different(slot)) == table.count for slot in slots):
        return
    by_slot = [list(map(table.columns[slot].__getitem__, rows_.data)) for slot in slots]
    if alone and any(len(set(values)) == len(values) for values in by_slot):
        return
    found = _repetition(list(zip(*by_slot, strict=True)))
    if found:
        start, count, times = found
        raise LedgerError("RU-L25", times=times, row=table.line(rows_.data[start]), count=count)
    if alone:
        return
    keys = zip(*(map(_folded, values) for values in by_slot), strict=True)
    known = dict(zip(rows_.data, keys, strict=True))
    by_part = {part.grid.name: Counter(known[row] for row in own) for part, own in _by_part(table, rows_.data)}
    for name, own in by_part.items():
        for other, theirs in by_part.items():
            if name != other and own.total() >= _FEWEST and own <= theirs:
                raise LedgerError("RU-L26", first=name, second=other, count=own.total())


def _repetition(keys: Sequence[object]) -> tuple[int, int, int] | None:
    """Return where rows stand again right below themselves, how many, and how many times in all; None for nowhere.

    Time: one look at each row, but for rows that are equal.
    """
    last: dict[object, int] = {}
    back, run = 0, 0
    for at, key in enumerate(keys):
        before = last.get(key)
        last[key] = at
        if run and keys[at - back] == key:
            run += 1
        elif before is None:
            run = 0
            continue
        else:
            back, run = at - before, 1
        if run >= back >= _FEWEST and len({*keys[at - back + 1 : at + 1]}) >= _FEWEST:
            start, times = at - run + 1, 2
            while keys[start + (times - 1) * back : start + times * back] == keys[start : start + back]:
                times += 1
            return start, back, times
    return None


def _by_part(table: Table, rows_: Sequence[int]) -> Iterator[tuple[Part, Sequence[int]]]:
    """Yield each part that has some of the rows, which are in order, and these."""
    cuts = [bisect_left(rows_, start) for start in (*table.starts[1:], table.count)]
    for part, first, end in zip(table.parts, [0, *cuts], cuts, strict=False):
        if end > first:
            yield part, rows_[first:end]


def _folded(value: object) -> object:
    return plain(value) if isinstance(value, str) else value


def without_amounts(table: Table, columns: Mapping, reading: Reading, data: Sequence[int]) -> None:
    """Refuse a sheet many of whose expenses have no amount: their columns were moved, or they are another ledger's."""
    title = next((table.titles[columns.at[name]] for name in MONEY if name in columns.at), "")
    for part, rows_ in _by_part(table, data):
        bare = sum(reading.cents[row] is None for row in rows_)
        if bare >= _FEWEST and bare > _MANY_BARE * len(rows_):
            raise LedgerError("RU-L45", headings=f"{part.grid.name}!{title}")


def halves(table: Table, columns: Mapping, reading: Reading, data: Sequence[int]) -> None:
    """Refuse expenses with a debit and a credit: no row of a ledger is both."""
    both = sorted({*reading.both}.intersection(data))
    if both and DEBIT in columns.at:
        raise LedgerError("RU-L44", count=len(both), rows=table.lines(both, _SHOWN))


def signs(table: Table, columns: Mapping, reading: Reading, data: Sequence[int]) -> bool:
    """Return whether expenses are the negative amounts; ask it where nearly all are negative, and nothing says so.

    In a bank's statement, which tells the account of the other party, what is negative was paid.
    """
    amounts = [cents for row in data if (cents := reading.cents[row])]
    negative = sum(cents < 0 for cents in amounts)
    if len(amounts) < _FEWEST or negative < _MOST * len(amounts):
        return False
    parties = {*vocabulary()["parties"]}
    if any(parties.intersection(canonical(title)) and accounts_in(column) > _MOST
           for title, column in zip(table.titles, table.columns, strict=True)):  # fmt: skip
        return True
    if SIDE in columns.at and (notes := credit_notes(table.different(columns.at[SIDE]))):
        # Credit notes stand against the invoices, whatever sign these have.
        kinds = table.columns[columns.at[SIDE]]
        back = [reading.cents[row] or 0 for row in data if plain(str(kinds[row])) in notes]
        if back and sum(cents > 0 for cents in back) > len(back) / 2:
            return True
    raise LedgerQuestion("RU-L29", proposal=proposal(table, columns, negate=True), count=negative, all=len(amounts))


def hundredfold(table: Table, columns: Mapping, reading: Reading, data: Sequence[int]) -> None:
    """Ask whether amounts are whole euros, where none of many has decimals and not nearly all are round sums.

    Some programs export cents.
    """
    cents = {abs(cents) for row in data if (cents := reading.cents[row])}
    odd = [one for one in cents if one % _ROUND]
    if len(cents) < _MANY or any(one % _EURO for one in cents) or len(odd) <= len(cents) / 5:
        return
    columns_ = (table.columns[columns.at[name]] for name in MONEY if name in columns.at)
    if not any(isinstance(value, str) and _DECIMALS.search(value) for column in columns_ for value in set(column)):
        shown = ", ".join(str(one // _EURO) for one in sorted(odd)[:3])
        raise LedgerQuestion("RU-L42", proposal=proposal(table, columns, whole=True), count=len(cents), shown=shown)
