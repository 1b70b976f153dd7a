-- Advisory signals, never verdicts: one row per signal and teacher over the window.
with findings as (
    select * from {{ ref('int_findings') }}
)

select
    findings.signal, findings.teacher_id, asked.first_on, asked.last_on,
    any_value(findings.scope) as scope,
    cast(any_value(findings.occurrences) as bigint) as occurrences,
    cast(any_value(findings.score) as double) as score,
    cast(any_value(findings.least_score) as double) as threshold,
    count(*) as evidence
from findings
cross join {{ source('lake', 'asked') }} as asked
group by findings.signal, findings.teacher_id, asked.first_on, asked.last_on
