"""A RAW of about ninety records in which every kind of explanation occurs."""

import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path

AS_OF = "2022-05-01"
LATE_DROP = "activities/dt=2022-05-02/late.jsonl.gz"


class _Log:
    """Activity records of the tiny city."""

    def __init__(self):
        self.records: list[dict] = []

    def add(
        self, event_type: str, at: str, actor: str, obj: str, role: str = "teacher", **attributes: object
    ) -> None:
        """One event."""
        number = len(self.records)
        self.records.append(
            {"event_id": f"a{number:04d}", "event_type": event_type, "occurred_at": at, "actor_id": actor,
             "actor_role": role, "object_id": obj, "attributes": attributes}
        )  # fmt: skip

    def students(self, event_type: str, begins: str, obj: str, who: range, **attributes: object) -> None:
        """One event per student, a minute apart."""
        first = datetime.fromisoformat(begins)
        for n, student in enumerate(who):
            at = (first + timedelta(minutes=n)).isoformat()
            self.add(event_type, at, f"s{student}", obj, role="student", **attributes)


def _early(log: _Log) -> None:
    log.add("assignment_create", "2022-03-07T08:00:00", "T1", "hw1", kind="quiz")
    log.students("assignment_response", "2022-03-07T07:00:00", "hw1", range(99, 100), action="read")
    log.students("assignment_response", "2022-03-07T09:00:00", "hw1", range(5), action="read")
    log.students("assignment_response", "2022-03-07T10:00:00", "hw1", range(1), action="complete")
    log.students("assignment_response", "2022-03-07T11:00:00", "hw1", range(5, 12), action="read")
    log.add("assignment_create", "2022-03-08T08:00:00", "T1", "hw2", kind="quiz")
    log.students("assignment_response", "2022-03-08T09:00:00", "hw2", range(9), action="read")
    for n in range(6):
        log.add("resource_upload", f"2022-03-07T1{n}:00:00", "T1", f"r{n}", visibility="public")
    log.add("resource_upload", "2022-03-07T20:00:00", "T1", "r-private", visibility="private")
    log.add("habit_interact", "2022-03-07T20:00:00", "T1", "h-orphan")
    log.add("class_create", "2022-03-07T08:00:00", "T1", "c1")
    log.students("class_join", "2022-03-07T09:00:00", "c1", range(24))
    log.students("class_join", "2022-03-07T10:00:00", "c1", range(1))
    log.students("class_leave", "2022-03-07T10:30:00", "c1", range(2))
    log.students("class_join", "2022-03-07T11:00:00", "c1", range(30, 31))
    log.add("activity_create", "2022-03-07T08:00:00", "T1", "act")
    log.students("activity_join", "2022-03-09T09:00:00", "act", range(14))
    log.add("activity_review", "2022-03-09T12:00:00", "T1", "act", work_id="w1")
    log.add("activity_review", "2022-03-09T12:01:00", "T2", "act", work_id="w2")
    log.add("profile_update", "2022-03-07T08:00:00", "T1", "T1", avatar="a.png", phone="1", school="第一小学")
    log.add("profile_update", "2022-03-09T08:00:00", "T1", "T1", subject="语文")
    log.add("article_publish", "2022-03-07T08:00:00", "T2", "art")
    log.add("article_publish", "2022-03-07T08:00:00", "T9", "art")
    log.students("assignment_response", "2022-03-08T12:00:00", "hw2", range(60, 61), action="read")


def _late(log: _Log) -> None:
    log.students("assignment_response", "2022-04-07T08:00:00.000001", "hw2", range(50, 51), action="read")
    log.add("lesson_session", "2022-05-01T23:50:00", "T1", "ses", started_at="2022-05-01T23:50:00",
            ended_at="2022-05-02T00:30:00")  # fmt: skip


def write_raw(raw: Path) -> None:
    """Write the drops below `raw`: two days of activities, one of logins, one roster, one of decisions.

    A tenth student's response to hw2 and the only login of 9 March are void; that of 1 March is no more.
    """
    log = _Log()
    _early(log)
    early = len(log.records)
    _late(log)
    lines = [json.dumps(r, ensure_ascii=False) + "\n" for r in log.records]
    for name in ("activities/dt=2022-03-20", "activities/dt=2022-05-02", "logins/dt=2022-03-20",
                 "roster/dt=2022-03-01", "decisions/dt=2022-04-01"):  # fmt: skip
        (raw / name).mkdir(parents=True)
    (raw / "activities/dt=2022-03-20/a.jsonl").write_text("\n" + "".join(lines[:early]), encoding="utf-8")
    (raw / LATE_DROP).write_bytes(gzip.compress("".join(lines[early:]).encode(), mtime=0))
    logins = [f"l{n},T1,2022-03-0{n} 08:00:00,web,第{n}天\x1b[31m" for n in range(1, 9)]
    logins.append("l9,T1,2022-03-08 09:00:00,mobile,再来")
    logins.append("l10,T1,2022-03-09 09:00:00,mobile,代登")
    table = "event_id,teacher_id,occurred_at,channel,说明\n" + "\n".join(logins) + "\n"
    (raw / "logins/dt=2022-03-20/登录.csv").write_bytes(table.encode("gb18030"))
    decisions = "decision_id,kind,target,reason,decided_by,decided_on\n" + "".join(
        f"D{n},{kind},{target},{reason},区教育局,2022-03-31\n"
        for n, (kind, target, reason) in enumerate((
            ("void", f"activities:a{early - 1:04d}", "非本人作答"), ("void", "logins:l10", "他人代登"),
            ("void", "logins:l1", "误报"), ("restore", "logins:l1", "复核属实"),
        ))
    )  # fmt: skip
    (raw / "decisions/dt=2022-04-01/决定.csv").write_bytes(decisions.encode("gb18030"))
    roster = {
        "districts.csv": "district_id,name\nd1,江岸区\n",
        "schools.csv": "school_id,name,district_id,branch,stage\ns1,第一小学,d1,,primary\n",
        "teachers.csv": "teacher_id,name,school_id,status,subject,verified\nT1,王芳,s1,active,语文,true\n"
        "T2,李雷,s1,retired,数学,true\nT3,韩梅,s1,active,英语,false\n",
    }
    for name, text in roster.items():
        (raw / "roster/dt=2022-03-01" / name).write_text(text, encoding="utf-8")
