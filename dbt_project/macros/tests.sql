{% test unique_key(model, columns) %}
    {#- The columns name the grain: no two rows share them. If it fails, a join fanned out. -#}
    select {{ columns | join(', ') }}, count(*) as occurrences
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{% test no_overlap(model, key, starts_on, ends_on) %}
    {#- Versions of one key never overlap. If it fails, end the older row the day before the newer begins. -#}
    select a.{{ key }}, a.{{ starts_on }}, b.{{ starts_on }} as other_starts_on
    from {{ model }} as a
    inner join {{ model }} as b
        on a.{{ key }} = b.{{ key }}
        and a.{{ starts_on }} < b.{{ starts_on }}
        and a.{{ ends_on }} >= b.{{ starts_on }}
{% endtest %}
