"""The signals as people read them: Chinese headers over marts of the signals' own warehouse."""

from pipelines.export_tables import Column, Table

TABLES: tuple[Table, ...] = (
    Table(
        "signals",
        "提示",
        "Advisory signals, one row per signal and teacher.",
        (
            Column("提示编号"),
            Column("提示（不作结论）"),
            Column("教师编号"),
            Column("姓名"),
            Column("学校编号"),
            Column("首日", "date"),
            Column("末日", "date"),
            Column("涉及（秒数、时刻、资源或夜晚）"),
            Column("次数", "integer"),
            Column("指标含义"),
            Column("指标值", "index"),
            Column("阈值", "index"),
            Column("证据条数", "integer"),
        ),
        """
        select signal, t.signal_name, s.teacher_id, coalesce(n.teacher_name, s.teacher_id), n.school_id,
            first_on, last_on, scope, occurrences, t.score_name, score, threshold, evidence
        from marts.signals as s
        inner join rulebook.signal_thresholds as t using (signal)
        left join marts.names as n on s.teacher_id = n.teacher_id
        where s.last_on between t.valid_from and t.valid_to
        order by t.signal_no, score desc, occurrences desc, s.teacher_id""",
    ),
    Table(
        "evidence",
        "证据",
        "The records behind each signal.",
        (
            Column("提示编号"),
            Column("教师编号"),
            Column("来源", "source"),
            Column("事件编号"),
            Column("事件类型"),
            Column("操作账号"),
            Column("对象编号"),
            Column("时间"),
            Column("文件"),
            Column("记录号", "integer"),
            Column("文件 sha256"),
        ),
        """
        select signal, teacher_id, source, event_id, event_type, actor_id, object_id,
            strftime(occurred_at, '%Y-%m-%d %H:%M:%S'), path, record_number, sha256
        from marts.evidence order by signal, teacher_id, occurred_at, event_id""",
    ),
)
