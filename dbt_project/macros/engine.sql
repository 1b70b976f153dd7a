{#- What differs from engine to engine. Models hold none of it. -#}

{% macro week_start(day) -%}
    {#- The Monday of the ISO week a date lies in, as a date. -#}
    cast({{ dbt.date_trunc('week', day) }} as date)
{%- endmacro %}

{% macro month_start(day) -%}
    cast({{ dbt.date_trunc('month', day) }} as date)
{%- endmacro %}

{% macro year_start(day) -%}
    cast({{ dbt.date_trunc('year', day) }} as date)
{%- endmacro %}

{% macro next_day(day) -%}
    cast({{ dbt.dateadd('day', 1, day) }} as date)
{%- endmacro %}

{% macro day_before(day) -%}
    cast({{ dbt.dateadd('day', -1, day) }} as date)
{%- endmacro %}

{% macro date_of_year(year) -%}
    {{ return(adapter.dispatch('date_of_year')(year)) }}
{%- endmacro %}
{% macro duckdb__date_of_year(year) -%} make_date(cast({{ year }} as bigint), 1, 1) {%- endmacro %}
{% macro spark__date_of_year(year) -%} make_date({{ year }}, 1, 1) {%- endmacro %}

{% macro whole_minutes(started_at, ended_at) -%}
    {#- Minutes from one instant to another, rounded down; datediff counts clock ticks instead. -#}
    {{ return(adapter.dispatch('whole_minutes')(started_at, ended_at)) }}
{%- endmacro %}
{% macro duckdb__whole_minutes(started_at, ended_at) -%}
    cast((epoch_us({{ ended_at }}) - epoch_us({{ started_at }})) // 60000000 as integer)
{%- endmacro %}
{% macro spark__whole_minutes(started_at, ended_at) -%}
    cast(floor((unix_micros({{ ended_at }}) - unix_micros({{ started_at }})) / 60000000) as int)
{%- endmacro %}

{% macro each_integer(first, last) -%}
    {#- One row per integer from `first` to `last`, both included, for each row of the FROM. -#}
    {{ return(adapter.dispatch('each_integer')(first, last)) }}
{%- endmacro %}
{% macro duckdb__each_integer(first, last) -%} unnest(range({{ first }}, {{ last }} + 1)) {%- endmacro %}
{% macro spark__each_integer(first, last) -%} explode(sequence({{ first }}, {{ last }})) {%- endmacro %}

{% macro last_known(column) -%}
    {#- The newest value so far that is not null, in the window `so_far`. -#}
    last_value({{ column }} ignore nulls) over so_far
{%- endmacro %}

{% macro day_number(day) -%}
    {#- Days since 1970-01-01, so that consecutive days differ by one. -#}
    {{ dbt.datediff("cast('1970-01-01' as date)", day, 'day') }}
{%- endmacro %}

{% macro quantile(column, share) -%}
    {#- The value below which this share of a group lies, interpolated between neighbours. -#}
    {{ return(adapter.dispatch('quantile')(column, share)) }}
{%- endmacro %}
{% macro duckdb__quantile(column, share) -%} cast(quantile_cont({{ column }}, {{ share }}) as double) {%- endmacro %}
{% macro spark__quantile(column, share) -%} cast(percentile({{ column }}, {{ share }}) as double) {%- endmacro %}
