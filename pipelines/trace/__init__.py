"""Tracing a record: from a line of a drop file up to the ranks it moved."""

from pipelines.trace.trace import trace_record

__all__ = ["trace_record"]
