-- Every unit and what it earned, or how far it fell short: one row per teacher, rule and unit.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ take_out_replaced() }}",
        meta={'replaces': {'key': ['teacher_id', 'rule_code', 'unit_id'], 'by': 'int_replaced_units'}}
    )
}}
-- depends_on: {{ ref('int_replaced_units') }}
with credits as (
    select
        teacher_id, rule_code, unit_id,
        case when cap_rank <= cap then 'awarded' else 'over_cap' end as decision,
        case
            when cap_rank > cap then 0
            when progress >= streak_day then streak_points
            else points_each
        end as points,
        credited_at, credited_on, cap_start, cap_rank, progress, threshold, event_id
    from {{ ref('int_credits') }}
),

shortfalls as (
    select
        teacher_id, rule_code, unit_id,
        'not_met' as decision,
        0 as points,
        credited_at,
        cast(null as date) as credited_on,
        cast(null as date) as cap_start,
        cast(null as integer) as cap_rank,
        progress, threshold, event_id
    from {{ ref('int_units') }}
    where credited_at is null
),

ledger as (
    select * from credits
    union all
    select * from shortfalls
)

-- A teacher's rows stand together: to look one up in a city's year takes milliseconds instead of half a second.
select * from ledger
order by teacher_id, rule_code
