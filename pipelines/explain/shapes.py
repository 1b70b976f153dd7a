"""How the evidence of each rule is found from a teacher's case."""

from collections.abc import Callable

from pipelines.explain.accounts import distinct_accounts
from pipelines.explain.case import Case
from pipelines.explain.events import LOGIN_RULE
from pipelines.explain.firsts import first_of_kind, login_days
from pipelines.explain.groups import activity_weeks, class_sizes
from pipelines.explain.model import Evidence
from pipelines.explain.spans import lessons, profiles

SHAPES: dict[str, Callable[[Case, str], dict[str, Evidence]]] = {
    LOGIN_RULE: login_days,
    "profile_complete": profiles,
    "resource_share": first_of_kind,
    "photo_record": first_of_kind,
    "teaching_article": first_of_kind,
    "result_spread": first_of_kind,
    "interactive_lesson": lessons,
    "assignment_reach": distinct_accounts,
    "assignment_review": distinct_accounts,
    "material_search": distinct_accounts,
    "courseware": first_of_kind,
    "class_formation": class_sizes,
    "class_notice": distinct_accounts,
    "class_activity": activity_weeks,
    "habit_checkin": first_of_kind,
    "research_activity": first_of_kind,
    "campus_office": first_of_kind,
}
