-- Which days no period and no span tells apart: one row per local day with a credit, with the first day of its stretch; days of none are left out.
with spans as (
    select * from {{ ref('spans') }}
),

periods as (
    select * from {{ ref('periods') }}
),

boundaries as (
    select starts_on as begins_on from periods
    union distinct
    select {{ next_day('ends_on') }} as begins_on from periods
    union distinct
    select starts_on as begins_on from spans
    union distinct
    select {{ next_day('counted_on') }} as begins_on from spans
    union distinct
    select before_from as begins_on from spans
    union distinct
    select {{ next_day('before_to') }} as begins_on from spans
    union distinct
    select last_year_from as begins_on from spans
    union distinct
    select {{ next_day('last_year_to') }} as begins_on from spans
),

credited as (
    select day from {{ ref('int_credited_days') }}
),

days as (
    select credited.day, max(boundaries.begins_on) as stretch_on
    from credited
    inner join boundaries on boundaries.begins_on <= credited.day
    group by credited.day
)

select * from days
