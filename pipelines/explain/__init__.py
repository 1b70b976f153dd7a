"""Explaining a teacher's points: from an index down to the raw records, and why a point was not given."""

from pipelines.explain.explain import explain_teacher
from pipelines.explain.model import Explanation
from pipelines.explain.render import render_text

__all__ = ["Explanation", "explain_teacher", "render_text"]
