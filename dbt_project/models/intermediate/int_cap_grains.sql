-- Within which span a change to one credit can move another's place: one row per rule.
with lengths as (
    select
        rule_code,
        max(case when cap_period = 'week' then 1 else 0 end) as has_week,
        max(case when cap_period = 'year' then 1 else 0 end) as has_year
    from {{ ref('rules') }}
    group by rule_code
),

grains as (
    select
        rule_code,
        case
            -- A week can lie in two years, and a year cuts weeks: together they reach over all time.
            when has_year = 1 and has_week = 1 then 'ever'
            when has_year = 1 then 'year'
            when has_week = 1 then 'week'
            else 'day'
        end as grain
    from lengths
)

select * from grains
