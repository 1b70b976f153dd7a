"""One teacher's data, second part: what the ledger tells of it.

DuckDB composes the JSON: a hundred thousand teachers are too many for Python.
"""

_NEAR, _OVER = 30, 50  # rows at most

# The year of the as-of day in two parts: its month, and the months before it, which seldom change.
MONTH, EARLIER = "month", "earlier"


def _year(part: str) -> str:
    """{days: {year: {day, points}}, ledger: {rule, unit, day, decision, points, progress, threshold},

    days_logged: [day]} of a part of the year. The ledger's login rows are days_logged.
    """
    return f"""
each_day as (
    select teacher_id as id, credited_on, cast(sum(points) as bigint) as points
    from own
    where part = '{part}' and points > 0
    group by teacher_id, credited_on
),

days as (
    select id, list({{'day': credited_on, 'points': points}} order by credited_on) as days
    from each_day group by id
),

logged as (
    select teacher_id as id, list(credited_on order by credited_on) as on_days
    from own
    where part = '{part}' and rule_code = 'login'
    group by teacher_id
),

entries as (
    select teacher_id as id, list({{
        'rule': rule_code, 'unit': unit_id, 'day': credited_on, 'decision': decision, 'points': points,
        'progress': progress, 'threshold': threshold
    }} order by credited_at desc, rule_code, unit_id) as entries
    from own
    where part = '{part}' and rule_code <> 'login'
    group by teacher_id
),

year as (
    select
        who.id, coalesce(days.days, []) as days, coalesce(entries.entries, []) as entries,
        coalesce(logged.on_days, []) as days_logged
    from who
    left join days on who.id = days.id
    left join logged on who.id = logged.id
    left join entries on who.id = entries.id
)
"""


_YEAR = """
    'days': map(
        [cast(extract(year from run.as_of) as varchar)],
        [{'day': [d.day for d in days], 'points': [d.points for d in days]}]
    ),
    'ledger': {
        'rule': [e.rule for e in entries], 'unit': [e.unit for e in entries],
        'day': [e.day for e in entries], 'decision': [e.decision for e in entries],
        'points': [e.points for e in entries], 'progress': [e.progress for e in entries],
        'threshold': [e.threshold for e in entries]
    },
    'days_logged': days_logged
"""

# Of each teacher of the batch that is in `stale`, by id: _year of the months before.
COMPOSE_EARLIER = f"""
with {_year(EARLIER)}

select year.id, to_json({{{_YEAR}}})
from year
inner join stale on year.id = stale.id
cross join ops.run as run
order by year.id
"""

# Of each teacher of the batch, by id: _year of the month, and {near: [{rule, unit, progress, threshold}],
#  over: [{rule, unit, day, rank, cap}]}.
COMPOSE = f"""
with {_year(MONTH)},

shortfalls as (
    select
        *, row_number() over (
            partition by teacher_id order by cast(progress as double) / threshold desc, rule_code, unit_id
        ) as place
    from own
    where decision = 'not_met' and progress > 0 and threshold > 0
),

near as (
    select teacher_id as id, list({{
        'rule': rule_code, 'unit': unit_id, 'progress': progress, 'threshold': threshold
    }} order by place) as near
    from shortfalls where place <= {_NEAR}
    group by teacher_id
),

beyond as (
    select
        own.*, rules.cap, row_number() over (
            partition by own.teacher_id order by own.credited_at desc, own.rule_code, own.unit_id
        ) as place
    from own
    left join rulebook.rules as rules
        on own.rule_code = rules.rule_code and own.credited_on between rules.valid_from and rules.valid_to
    where own.decision = 'over_cap'
),

over as (
    select teacher_id as id, list({{
        'rule': rule_code, 'unit': unit_id, 'day': credited_on, 'rank': cap_rank, 'cap': cap
    }} order by place) as over
    from beyond where place <= {_OVER}
    group by teacher_id
)

select to_json({{
    'near': coalesce(near.near, []),
    'over': coalesce(over.over, []),
{_YEAR}
}})
from year
left join near on year.id = near.id
left join over on year.id = over.id
cross join ops.run as run
order by year.id
"""
