{% macro take_out_replaced() -%}
    {#- Before rows are added to a table that is brought up to date: take out those they stand for.
        `meta.replaces` of the model names the key, and the model whose rows' keys are taken out.
        An engine that cannot delete rows makes these tables anew in each run (dbt's --full-refresh). -#}
    {%- if is_incremental() -%}
        {%- set replaces = model.config.meta.replaces -%}
        {%- set key = replaces.key | join(', ') -%}
        delete from {{ this }} where ({{ key }}) in (select ({{ key }}) from {{ ref(replaces.by) }})
    {%- endif -%}
{%- endmacro %}
