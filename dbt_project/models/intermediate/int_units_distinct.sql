-- Rules that credit the n-th distinct account: one row per teacher, rule and unit, met or not.
-- Most events are read here, so their ids are sought for the deciding instants alone.
with first_of_account as (
    select unit_no, account_id, min(occurred_at) as first_at
    from {{ ref('int_participations') }}
    group by unit_no, account_id
),

firsts as (
    select unit_no, {{ in_order('first_at') }} as moments
    from first_of_account
    group by unit_no
),

reached as (
    select
        bound.unit_no, bound.rule_code, bound.teacher_id, bound.unit_id, bound.threshold,
        coalesce({{ list_length('firsts.moments') }}, 0) as accounts,
        {{ list_element('firsts.moments', 'bound.threshold') }} as credited_at,
        firsts.moments
    from {{ ref('int_counted_units') }} as bound
    left join firsts on bound.unit_no = firsts.unit_no
),

-- Sought by unit and instant at once, which few events pass; what counts at all was settled by the instants.
met as (
    select
        unit_no, rule_code, teacher_id, unit_id, credited_at,
        case rule_code
            when 'assignment_reach' then 'assignment_response'
            when 'class_notice' then 'notice_reply'
        end as event_type
    from reached
    where credited_at is not null
),

deciding as (
    select met.unit_no, activities.actor_id as account_id, activities.event_id
    from {{ ref('stg_activities') }} as activities
    inner join met
        on activities.event_type = met.event_type
        and activities.object_id = met.unit_id
        and activities.occurred_at = met.credited_at
    where activities.event_type in ('assignment_response', 'notice_reply')
    union all
    select met.unit_no, activities.student_id as account_id, activities.event_id
    from {{ ref('stg_activities') }} as activities
    inner join met
        on activities.actor_id = met.teacher_id
        and activities.object_id = met.unit_id
        and activities.occurred_at = met.credited_at
    where activities.event_type = 'assignment_review' and met.rule_code = 'assignment_review'
    union all
    select met.unit_no, activities.object_id as account_id, activities.event_id
    from {{ ref('stg_activities') }} as activities
    inner join met
        on activities.actor_id = met.teacher_id
        and activities.occurred_at = met.credited_at
    where
        activities.event_type in ('material_collect', 'material_download')
        and met.rule_code = 'material_search'
),

at_that_instant as (
    select unit_no, account_id, min(event_id) as event_id
    from deciding
    group by unit_no, account_id
),

arrivals as (
    -- Who was there before is not counted again; of those who come at one instant the ids tell the order.
    select
        arriving.unit_no, arriving.event_id,
        row_number() over (partition by arriving.unit_no order by arriving.event_id) as place
    from at_that_instant as arriving
    inner join reached on arriving.unit_no = reached.unit_no
    inner join first_of_account
        on arriving.unit_no = first_of_account.unit_no
        and arriving.account_id = first_of_account.account_id
        and reached.credited_at = first_of_account.first_at
),

units as (
    select
        reached.teacher_id, reached.rule_code, reached.unit_id, reached.credited_at, arrivals.event_id,
        cast(least(reached.accounts, reached.threshold) as integer) as progress,
        reached.threshold
    from reached
    left join arrivals
        on reached.unit_no = arrivals.unit_no
        and arrivals.place
        = reached.threshold - {{ list_position('reached.moments', 'reached.credited_at') }} + 1
)

select * from units
