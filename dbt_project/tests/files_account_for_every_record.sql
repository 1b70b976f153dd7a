-- integrity: for each file, records = accepted + duplicates + quarantined, and the quarantine holds as many rows.
-- If it fails, a record was lost on the way in.
with quarantined as (
    select path, count(*) as rows_held
    from {{ source('ops', 'quarantine') }}
    group by path
)

select files.*, quarantined.rows_held
from {{ source('ops', 'files') }} as files
full outer join quarantined on files.path = quarantined.path
where
    files.records is distinct from files.accepted + files.duplicates + files.quarantined
    or files.quarantined is distinct from coalesce(quarantined.rows_held, 0)
