{#- What differs from engine to engine about values kept together: the first event of a group, lists. -#}

{% macro first_of(occurred_at, event_id) -%}
    {#- A group's first event, by instant and then by id as bytes: a struct of occurred_at and event_id. -#}
    {{ return(adapter.dispatch('first_of')(occurred_at, event_id)) }}
{%- endmacro %}
{% macro duckdb__first_of(occurred_at, event_id) -%}
    min(struct_pack(occurred_at := {{ occurred_at }}, event_id := {{ event_id }}))
{%- endmacro %}
{% macro spark__first_of(occurred_at, event_id) -%}
    min(named_struct('occurred_at', {{ occurred_at }}, 'event_id', {{ event_id }}))
{%- endmacro %}

{% macro in_order(column) -%}
    {#- All values of a group, in order, as a list. -#}
    {{ return(adapter.dispatch('in_order')(column)) }}
{%- endmacro %}
{% macro duckdb__in_order(column) -%} list_sort(list({{ column }})) {%- endmacro %}
{% macro spark__in_order(column) -%} sort_array(collect_list({{ column }})) {%- endmacro %}

{% macro list_length(list) -%}
    {{ return(adapter.dispatch('list_length')(list)) }}
{%- endmacro %}
{% macro duckdb__list_length(list) -%} len({{ list }}) {%- endmacro %}
{% macro spark__list_length(list) -%} cardinality({{ list }}) {%- endmacro %}

{% macro list_element(list, place) -%}
    {#- The element at a place from 1 on, null past the end. -#}
    {{ return(adapter.dispatch('list_element')(list, place)) }}
{%- endmacro %}
{% macro duckdb__list_element(list, place) -%} {{ list }}[{{ place }}] {%- endmacro %}
{% macro spark__list_element(list, place) -%} try_element_at({{ list }}, {{ place }}) {%- endmacro %}

{% macro list_position(list, value) -%}
    {#- The first place of a value, from 1 on. -#}
    {{ return(adapter.dispatch('list_position')(list, value)) }}
{%- endmacro %}
{% macro duckdb__list_position(list, value) -%} list_position({{ list }}, {{ value }}) {%- endmacro %}
{% macro spark__list_position(list, value) -%} array_position({{ list }}, {{ value }}) {%- endmacro %}
