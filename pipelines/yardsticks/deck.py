"""Today's rules as literals, for the yardsticks written in Python."""

DECK = {
    "resource_share": (1, 5),
    "photo_record": (1, 5),
    "teaching_article": (5, 1),
    "result_spread": (1, 5),
    "interactive_lesson": (5, 2),
    "assignment_reach": (5, 2),
    "assignment_review": (5, 2),
    "material_search": (2, 1),
    "courseware": (10, 1),
    "class_formation": (50, 1),
    "class_notice": (5, 2),
    "class_activity": (5, 1),
    "habit_checkin": (1, 5),
    "research_activity": (5, 1),
    "campus_office": (1, 10),
}
"""(points, cap) by rule. The cap is a week's, class_formation's a year's; login and profile stand apart."""

COUNTED = {
    "assignment_create": "assignment_response",
    "class_create": "class_join",
    "notice_post": "notice_reply",
    "activity_create": "activity_join",
    "habit_create": "habit_checkin",
}
"""What is counted for an object, by the event that creates it."""

FIRSTS = {
    "resource_upload": "resource_share",
    "resource_visibility": "resource_share",
    "photo_post": "photo_record",
    "article_publish": "teaching_article",
    "lesson_session": "interactive_lesson",
    "courseware_upload": "courseware",
    "office_submit": "campus_office",
    "office_approve": "campus_office",
}
"""The rule that credits the first of these events for its object."""

BULK = ("assignment_response", "notice_reply", "activity_join", "habit_checkin")
"""What pupils and parents do in bulk: four events of five."""

TIMED = ("assignment_response", "notice_reply")
"""Of these, what counts from the object's creation on."""

APART = ("profile_update", "space_visit", "school_post", "post_reply")
"""Read apart, or earning nothing."""
