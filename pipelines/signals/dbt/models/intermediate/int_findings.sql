-- What lies over its signal's thresholds: one row per signal, teacher and event behind it.
with found as (
    {%- for signal in ['exact_lessons', 'rapid_actions', 'same_students', 'toggled_visibility', 'robot_logins', 'night_uploads'] %}
    select signal, teacher_id, scope, occurrences, score, event_id from {{ ref('int_' ~ signal) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select found.*, thresholds.least_count, thresholds.least_score, thresholds.parameter
from found
inner join {{ ref('int_thresholds') }} as thresholds on found.signal = thresholds.signal
where found.occurrences >= thresholds.least_count and found.score >= thresholds.least_score
