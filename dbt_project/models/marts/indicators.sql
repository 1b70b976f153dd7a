-- What is ranked: the total, each category, each rule. One row per indicator.
with newest as (
    select
        *,
        row_number() over (partition by rule_code order by valid_from desc) as place
    from {{ ref('rules') }}
),

indicators as (
    select 'total' as indicator, 'total' as kind, '总分' as indicator_name, 'total' as category, 0 as sort_order
    union all
    select category as indicator, 'category' as kind, category_name as indicator_name, category,
        category_no as sort_order
    from {{ ref('categories') }}
    union all
    select rule_code as indicator, 'rule' as kind, rule_name as indicator_name, category,
        100 + rule_no as sort_order
    from newest
    where place = 1
)

select * from indicators
