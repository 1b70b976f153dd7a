-- The thresholds in force on the window's last day: one row per signal.
with asked as (
    select * from {{ source('lake', 'asked') }}
)

select thresholds.*
from {{ ref('signal_thresholds') }} as thresholds
inner join asked on asked.last_on between thresholds.valid_from and thresholds.valid_to
