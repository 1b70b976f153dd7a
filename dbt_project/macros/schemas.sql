{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- Schemas are the layers' own names: readers of the warehouse rely on `marts`. -#}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
