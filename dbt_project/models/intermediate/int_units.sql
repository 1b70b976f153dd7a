-- Every unit of every rule, with its credit's instant if its condition came true: one row per teacher, rule and unit.
{% set shapes = ['login', 'profile', 'first', 'lesson', 'distinct', 'class', 'activity'] %}
with units as (
    {% for shape in shapes -%}
    select teacher_id, rule_code, unit_id, credited_at, event_id, progress, threshold
    from {{ ref('int_units_' ~ shape) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from units
