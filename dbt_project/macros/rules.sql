{% macro in_force(version, day) -%}
    {#- A rule version is in force on its first and last day and between. -#}
    {{ day }} between {{ version }}.valid_from and {{ version }}.valid_to
{%- endmacro %}

{% macro cap_starts_on(cap_period, day) -%}
    {#- First day of the day, week or year that a cap of this kind counts in. -#}
    case {{ cap_period }}
        when 'day' then {{ day }}
        when 'week' then {{ week_start(day) }}
        when 'year' then {{ year_start(day) }}
    end
{%- endmacro %}

{% macro span_start(grain, day) -%}
    {#- First day of the span of a grain of int_cap_grains that a day lies in; all time has one. -#}
    coalesce({{ cap_starts_on(grain, day) }}, cast('0001-01-01' as date))
{%- endmacro %}
