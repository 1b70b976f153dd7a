"""Queries of a bulletin over a release and the temporary tables of pipelines/bulletin/figures.py.

Those are asked (the week, the week before, the roster) and scope (the schools told of).
"""

FIRST_POSTS = """
    with posts as (
        select
            arg_min(posted_school_id, (occurred_at, encode(event_id))) as school_id,
            cast(min(occurred_at) as date) as posted_on
        from ({events}) as events
        group by object_id
    )

    select posts.* from posts cross join asked where posts.posted_on <= asked.last_on
"""
"""Posts of school spaces up to the week's end: school_id, posted_on. `{events}`: a query of their events."""

DAYS = """
    select daily.day, cast(sum(daily.active_teachers) as bigint), cast(sum(daily.points) as bigint)
    from marts.activity_daily as daily
    inner join scope on daily.school_id = scope.school_id
    cross join asked
    where daily.day between asked.before_from and asked.last_on
    group by daily.day
"""
"""Days of both weeks: day, active teachers, points."""

CATEGORIES = """
    with weekly as (
        select weekly.* from marts.category_weekly as weekly
        inner join scope on weekly.school_id = scope.school_id
    )

    select
        named.indicator_name as name,
        cast(coalesce(sum(weekly.points) filter (weekly.week_start = asked.first_on), 0) as bigint) as points,
        case when asked.is_comparable then cast(
            coalesce(sum(weekly.points) filter (weekly.week_start = asked.before_from), 0) as bigint
        ) end as points_before
    from marts.indicators as named
    cross join asked
    left join weekly on named.indicator = weekly.category
    where named.kind = 'category'
    group by named.indicator, named.indicator_name, named.sort_order, asked.is_comparable
    order by named.sort_order, named.indicator
"""
"""Points of each category in both weeks."""

ABSENTEES = """
    select teachers.school_id, teachers.teacher_id, teachers.teacher_name
    from marts.teachers as teachers
    inner join scope on teachers.school_id = scope.school_id
    cross join asked
    where
        teachers.period_id = asked.roster_period_id
        and teachers.teacher_id not in (
            select days.teacher_id from state.teacher_days as days
            where days.logins > 0 and days.day <= asked.last_on
        )
    order by teachers.school_id, teachers.teacher_id
"""
"""Listed teachers without a login up to the week's end: school_id, teacher_id, name."""

CAME = """
    select source, dt from ops.files
    union
    select source, dt from ops.refused_files
"""
"""Source and day of every drop that came, refused or not."""

_NOW = "dt between asked.first_on and asked.last_on"
_BEFORE = "dt between asked.before_from and asked.before_to"
COUNTS = f"""
    select
        source,
        cast(coalesce(sum(records) filter ({_NOW}), 0) as bigint) as records,
        cast(coalesce(sum(accepted) filter ({_NOW}), 0) as bigint) as accepted,
        cast(coalesce(sum(duplicates) filter ({_NOW}), 0) as bigint) as duplicates,
        cast(coalesce(sum(quarantined) filter ({_NOW}), 0) as bigint) as quarantined,
        cast(coalesce(sum(records) filter ({_BEFORE}), 0) as bigint) as records_before,
        cast(coalesce(sum(quarantined) filter ({_BEFORE}), 0) as bigint) as quarantined_before
    from ops.files cross join asked
    where {_NOW} or {_BEFORE}
    group by source
"""
"""What the drops of both weeks held, by source."""

FAULTS = f"""
    select
        source, reason,
        count(*) filter ({_NOW}) as records,
        count(*) filter ({_BEFORE}) as records_before
    from ops.quarantine cross join asked
    where {_NOW} or {_BEFORE}
    group by source, reason
    order by source, records desc, reason
"""
"""Quarantined records of both weeks' drops, by source and reason."""

REFUSED = f"""
    select source, dt, path, fault from ops.refused_files cross join asked
    where {_NOW} order by dt, path
"""
"""Files of the week's drops refused whole: source, dt, path, fault."""
