"""What is expected of the drops at the boundary, as data: every bound of every check is here, fixed.

A check is *blocking* where its failure means that the result would be wrong, and *warning* where the data
are only odd. Data however odd must not trip a blocking check: those hold the project's own work to the
contract. A bound says what the platform is known to do and is never moved to fit what it did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipelines.ingest.contract import CHANNELS, EVENT_TYPES, ROSTER

Comparison = tuple[str, Literal[">=", "==", "!="], Any]
"""(column, operator, value): which rows of a frame a check looks at."""

SUITES: dict[str, str] = {
    "accounts": "记录对账",
    "landing": "入湖事件",
    "volume": "每日数据量",
    "sample": "入湖抽样",
    "freshness": "数据时效",
    "roster": "名册",
    "raw": "原始文件夹",
}
"""The suites by name, with their labels, in the order of the page."""


@dataclass(frozen=True)
class Check:
    """One expectation on one frame.

    `expectation` and `kwargs` are Great Expectations' own; `only` are conditions on the frame's rows, all of
    which must hold; `meaning` says in English, and `label` in Chinese, what is expected; `advice` what to do
    where it is not met.
    """

    name: str
    suite: str
    label: str
    meaning: str
    advice: str
    frame: str
    expectation: str
    kwargs: Mapping[str, Any]
    is_blocking: bool = False
    only: tuple[Comparison, ...] = ()

    @property
    def column_name(self) -> str:
        """The column that is looked at; empty where it is the table's shape."""
        pair = [self.kwargs[k] for k in ("column_A", "column_B") if k in self.kwargs]
        return self.kwargs.get("column", ", ".join(pair))


_BETWEEN, _IN_SET, _NOT_IN_SET = (
    "ExpectColumnValuesToBeBetween", "ExpectColumnValuesToBeInSet", "ExpectColumnValuesToNotBeInSet",
)  # fmt: skip
_EQUAL, _PAIR_IN_SET = "ExpectColumnPairValuesToBeEqual", "ExpectColumnPairValuesToBeInSet"
_ROLES = sorted({role for event in EVENT_TYPES.values() for role in event.roles})
_TYPES_AND_ROLES = sorted((name, role) for name, event in EVENT_TYPES.items() for role in event.roles)

_ENOUGH_RECORDS = ("records", ">=", 100)
"""A share of fewer records says nothing."""

_REPORT_DEFECT = "这是程序缺陷而非数据问题：请保留本次数据湖与日志，报告给维护人员"

_BLOCKING = (
    Check(
        "file_records_accounted", "accounts", "每个文件：记录数 = 接受 + 重复 + 隔离",
        "Every record of every file ends in exactly one of accepted, duplicate, quarantined.",
        f"{_REPORT_DEFECT}；先用 --full-refresh 重新接收全部投递。",
        "files", _EQUAL, {"column_A": "records", "column_B": "accounted"}, is_blocking=True,
    ),
    Check(
        "manifest_counts_match_lake", "accounts", "账目中的数目等于数据湖 Parquet 中的行数",
        "What a file's account says was accepted, duplicate and quarantined is what lies in the lake.",
        "数据湖文件被改动或损坏：用 --full-refresh 重建数据湖，并检查磁盘与是否有人手工改动过 lake 文件夹。",
        "landed", _EQUAL, {"column_A": "noted", "column_B": "landed"}, is_blocking=True,
    ),
    Check(
        "raw_files_taken_in", "accounts", "RAW 中的投递文件与数据湖的账目逐一对应（路径与 sha256）",
        "The lake's accounts name exactly the drop files that lie in RAW.",
        "运行期间 RAW 可能被改动：再运行一次；仍不符时用 --full-refresh 重建。",
        "raw_paths", _NOT_IN_SET, {"column": "place", "value_set": ["raw_only", "lake_only"]},
        is_blocking=True,
    ),
    Check(
        "event_ids_unique", "landing", "同一来源中没有重复接受的事件编号",
        "No event id is accepted twice in a source.",
        f"{_REPORT_DEFECT}；积分会被重复计算，先用 --full-refresh 重建。",
        "ids", _BETWEEN, {"column": "repeated_ids", "min_value": 0, "max_value": 0}, is_blocking=True,
    ),
    Check(
        "id_keys_fit", "landing", "已接受事件的 id_key 都是其事件编号的散列值",
        "Every accepted event's id_key is the hash of its id: repeated ids are looked for by it.",
        "数据湖文件被改动或损坏：用 --full-refresh 重建数据湖。",
        "ids", _BETWEEN, {"column": "wrong_keys", "min_value": 0, "max_value": 0}, is_blocking=True,
    ),
    Check(
        "required_values_present", "landing", "已接受事件的必填列与必填属性没有空值",
        "No required column, nor an attribute its type requires, is empty in an accepted event.",
        f"{_REPORT_DEFECT}：缺值的记录本应以 missing_field 隔离。",
        "empties", _BETWEEN, {"column": "empty_count", "min_value": 0, "max_value": 0}, is_blocking=True,
    ),
    Check(
        "event_types_known", "landing", "已接受事件的类型都在约定之内",
        "Every accepted event is of a type the contract lists.",
        f"{_REPORT_DEFECT}：未知类型本应以 unknown_type 隔离。",
        "event_types", _IN_SET, {"column": "event_type", "value_set": sorted(EVENT_TYPES)}, is_blocking=True,
    ),
    Check(
        "actor_roles_known", "landing", "已接受事件的角色都在约定之内",
        "Every accepted event's role is one the contract lists.",
        f"{_REPORT_DEFECT}：未知角色本应以 invalid_role 隔离。",
        "event_types", _IN_SET, {"column": "actor_role", "value_set": _ROLES}, is_blocking=True,
    ),
    Check(
        "roles_fit_types", "landing", "已接受事件的角色是该类型允许的",
        "Every accepted event's role is allowed for its type.",
        f"{_REPORT_DEFECT}：不允许的角色本应以 invalid_role 隔离。",
        "event_types", _PAIR_IN_SET,
        {"column_A": "event_type", "column_B": "actor_role", "value_pairs_set": _TYPES_AND_ROLES},
        is_blocking=True,
    ),
    Check(
        "channels_known", "landing", "已接受登录的渠道都在约定之内",
        "Every accepted login's channel is one the contract lists.",
        f"{_REPORT_DEFECT}：未知渠道本应以 invalid_value 隔离。",
        "channels", _IN_SET, {"column": "channel", "value_set": list(CHANNELS)}, is_blocking=True,
    ),
    Check(
        "events_not_after_drop", "landing", "已接受事件的时间不晚于投递日",
        "No timestamp of an accepted event has a local day later than its drop's.",
        f"{_REPORT_DEFECT}：晚于投递日的记录本应以 future_timestamp 隔离。",
        "after_drop", _BETWEEN, {"column": "after_drop", "min_value": 0, "max_value": 0}, is_blocking=True,
    ),
)  # fmt: skip

_WARNING = (
    Check(
        "volume_near_usual", "volume", "每日记录数在平常（同类日前 10 个投递日的中位数）的 0.3 至 3 倍之间",
        "A drop day's records are within 0.3 to 3 times the median of the days of its kind before it.",
        "节假日可忽略；否则请平台方核对当日导出是否缺文件或重复导出。",
        "volumes", _BETWEEN, {"column": "share_of_usual", "min_value": 0.3, "max_value": 3.0},
        only=(("days_before", ">=", 5), ("usual_records", ">=", 100)),
    ),
    Check(
        "drops_without_gap", "volume", "相邻投递日之间不超过 3 天",
        "No source skips more than three days between drop days.",
        "请平台方补交缺失日期的文件；补交后再次运行即可，结果会自动更正。",
        "volumes", _BETWEEN, {"column": "gap_days", "max_value": 3},
    ),
    Check(
        "quarantined_share_low", "volume", "每日隔离记录不超过 5%",
        "At most 5% of a drop day's records are quarantined.",
        "在 ops.quarantine 中按 reason 汇总，把原因与原文反馈给平台方；修正后的文件可直接补交。",
        "volumes", _BETWEEN, {"column": "quarantined_share", "max_value": 0.05}, only=(_ENOUGH_RECORDS,),
    ),
    Check(
        "duplicate_share_low", "volume", "每日重复记录不超过 10%",
        "At most 10% of a drop day's records are duplicates.",
        "积分不受影响；请平台方核对导出窗口是否重叠。",
        "volumes", _BETWEEN, {"column": "duplicate_share", "max_value": 0.1}, only=(_ENOUGH_RECORDS,),
    ),
    Check(
        "profile_fields_used", "sample", "资料更新中每个字段都有出现（缺失率不超过 99%）",
        "Every profile field is named in at least 1% of the profile updates, where there are 200 or more.",
        "某字段几乎从不出现时，可能是平台改了字段名：核对导出格式，否则资料完整度无法得分。",
        "profile_fields", _BETWEEN, {"column": "absent_share", "max_value": 0.99},
        only=(("updates", ">=", 200),),
    ),
    Check(
        "sample_teachers_listed", "sample", "抽样事件中至少 80% 的教师在名册上",
        "At least 80% of the sampled events by teachers are by teachers of some roster snapshot.",
        "不在名册上的教师不计入任何指数：请核对名册是否完整、教师编号是否换了编法。",
        "sample", _IN_SET, {"column": "standing", "value_set": ["listed"], "mostly": 0.8},
    ),
    Check(
        "sample_events_recent", "sample", "抽样事件中至少 95% 在发生后 30 天内投递",
        "At least 95% of the sampled events were handed over within 30 days.",
        "大量迟到会改变已公布的名次：请平台方说明补录原因。",
        "sample", _BETWEEN, {"column": "delay_days", "max_value": 30, "mostly": 0.95},
    ),
    Check(
        "sample_ids_short", "sample", "抽样事件编号不超过 128 个字符",
        "A sampled event id has at most 128 characters.",
        "编号过长多为字段错位：查看该记录原文并反馈平台方。",
        "sample", "ExpectColumnValueLengthsToBeBetween",
        {"column": "event_id", "min_value": 1, "max_value": 128},
    ),
    Check(
        "sources_delivered", "freshness", "三个来源都有可用的投递",
        "Every source has at least one drop that could be taken in.",
        "缺少的来源不会产生积分或名册：请确认导出任务是否启用。",
        "freshness", "ExpectColumnValuesToNotBeNull", {"column": "newest_on"},
    ),
    Check(
        "events_fresh", "freshness", "登录与活动的最新投递不落后于最新投递日 3 天以上",
        "Neither event source lags the newest drop of all by more than three days.",
        "请平台方补交落后来源的文件；在此之前该来源的近期积分偏低。",
        "freshness", _BETWEEN, {"column": "lag_days", "max_value": 3}, only=(("source", "!=", ROSTER),),
    ),
    Check(
        "roster_fresh", "freshness", "最近的有效名册不早于最新投递日前 35 天",
        "The newest good roster is at most 35 days older than the newest drop: rosters come monthly.",
        "调动与退休尚未反映：请平台方交付新的名册快照。",
        "freshness", _BETWEEN, {"column": "lag_days", "max_value": 35}, only=(("source", "==", ROSTER),),
    ),
    Check(
        "roster_in_force", "roster", "至少有一份有效名册",
        "At least one roster snapshot is good.",
        "没有名册就没有指数与排名：请交付 districts.csv、schools.csv、teachers.csv 三个文件。",
        "snapshots", "ExpectTableRowCountToBeBetween", {"min_value": 1},
    ),
    Check(
        "roster_has_active_teachers", "roster", "每份有效名册都有在职教师",
        "Every good snapshot has at least one active teacher.",
        "请核对 teachers.csv 的 status 列；全员非在职时所有指数为空。",
        "snapshots", _BETWEEN, {"column": "active", "min_value": 1},
    ),
    Check(
        "roster_teachers_steady", "roster", "教师人数较上一份名册的增减不超过 20%",
        "The number of teachers differs by at most 20% from the snapshot before.",
        "请核对名册是否只导出了部分区校；合校、划转等真实变动可忽略。",
        "snapshots", _BETWEEN, {"column": "teachers_change", "min_value": -0.2, "max_value": 0.2},
    ),
    Check(
        "roster_active_steady", "roster", "在职教师人数较上一份名册的增减不超过 20%",
        "The number of active teachers differs by at most 20% from the snapshot before.",
        "在职人数是指数的分母：请核对 status 列是否被批量改动。",
        "snapshots", _BETWEEN, {"column": "active_change", "min_value": -0.2, "max_value": 0.2},
    ),
    Check(
        "roster_schools_steady", "roster", "学校数较上一份名册的增减不超过 20%",
        "The number of schools differs by at most 20% from the snapshot before.",
        "请核对 schools.csv 是否完整。",
        "snapshots", _BETWEEN, {"column": "schools_change", "min_value": -0.2, "max_value": 0.2},
    ),
    Check(
        "roster_drops_good", "roster", "没有被整份拒收的名册",
        "No roster snapshot was refused.",
        "运行输出列出了每一处错误：修正后重新交付同一天的三个文件；此前沿用上一份有效名册。",
        "roster_drops", _IN_SET, {"column": "standing", "value_set": ["good"]},
    ),
    Check(
        "roster_mostly_good", "roster", "被拒收的名册不超过两成",
        "At most a fifth of the roster snapshots were refused.",
        "名册导出长期有问题：请与平台方一起核对导出程序。",
        "roster_drops", _IN_SET, {"column": "standing", "value_set": ["good"], "mostly": 0.8},
    ),
    Check(
        "files_readable", "raw", "每个投递文件都能完整读取",
        "Every drop file could be read whole.",
        "请平台方重新交付该文件（多为压缩包截断或 Parquet 损坏）；其中的记录尚未计入。",
        "files", _IN_SET, {"column": "fault", "value_set": [""]},
    ),
    Check(
        "raw_paths_known", "raw", "RAW 中没有不合约定的文件或文件夹",
        "Everything in RAW fits a pattern of the contract.",
        "改成约定的名称与位置后再次运行即可接收；无关文件请移出 RAW。",
        "raw_paths", _NOT_IN_SET, {"column": "place", "value_set": ["stray"]},
    ),
)  # fmt: skip

_ORDER = list(SUITES)
CHECKS: tuple[Check, ...] = tuple(
    sorted((*_BLOCKING, *_WARNING), key=lambda c: (_ORDER.index(c.suite), not c.is_blocking, c.name))
)
"""Every check, in the order in which results are reported."""
