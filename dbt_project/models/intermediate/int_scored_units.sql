-- Units of the events that this run scores, with their credit's instant if their condition came true: one row per teacher, rule and unit.
{{ config(materialized='incremental', incremental_strategy='append') }}
{% set shapes = ['profile', 'first', 'lesson', 'distinct', 'class', 'activity'] %}
with units as (
    select
        teacher_id,
        'login' as rule_code,
        cast(occurred_on as string) as unit_id,
        occurred_at as credited_at,
        event_id,
        -- Where the day stands in its streak, its neighbours tell: int_units_login.
        cast(null as integer) as progress,
        cast(null as integer) as threshold
    from {{ ref('int_login_days') }}
    {% for shape in shapes -%}
    union all
    select teacher_id, rule_code, unit_id, credited_at, event_id, progress, threshold
    from {{ ref('int_units_' ~ shape) }}
    {% endfor %}
)

select * from units
