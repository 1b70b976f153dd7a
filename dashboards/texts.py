"""Every word the pages say, by language and key: no page or figure holds a string of its own.

Values with {braces} are filled in by the caller. A further language is one more entry of CATALOGUE with the
same keys.
"""

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "lang": "zh-CN",
    "none": "—",
    "list_separator": "、",
    # the page
    "title": "武汉教育云 · 教师深度应用指数排行榜",
    "subtitle": "市 · 区 · 校 · 师",
    "as_of": "数据截止日",
    "event_window": "数据时间范围",
    "drop_window": "数据批次范围",
    "run_id": "运行编号",
    "from_to": "{first} 至 {last}",
    "skip": "跳到排行",
    # periods
    "periods": "统计周期",
    "period_span": "{first} 至 {last}，名册以 {counted} 为准",
    "no_periods": "尚无可统计的数据：收到第一批数据后，这里会出现排行。",
    # cards
    "city_index": "全市指数",
    "city_index_note": "{points} 分 ÷ {teachers} 名在册教师",
    "points": "积分合计",
    "points_note": "在册教师在本周期内的积分之和",
    "listed_teachers": "在册教师",
    "listed_teachers_note": "名册中状态为在岗的教师",
    "scoring_teachers": "有积分的教师",
    "scoring_teachers_note": "占在册教师 {share}",
    "entities": "区 / 学校",
    "entities_note": "其中 {count} 所学校无在册教师",
    # rankings
    "districts": "各区排行",
    "schools": "学校排行",
    "teachers": "教师排行",
    "rank": "名次",
    "tie": "并列",
    "district": "区",
    "school": "学校",
    "teacher": "教师",
    "index": "指数",
    "index_points": "积分",
    "index_teachers": "在册教师",
    "table_districts": "各区排行表（共 {count} 个区）",
    "table_schools": "学校排行表（共 {count} 所学校）",
    "table_teachers": "教师排行表（前 {shown} 名，共 {count} 名在册教师）",
    "ties_cut": "另有 {count} 名教师与表中最后一名并列，未列出。",
    "definition_index": "指数 = 积分合计 ÷ 在册教师数，显示时四舍五入到两位小数；"
    "名次按未舍入的值排，相同者并列。",
    "definition_teacher": "教师指数即其在本周期内的积分；只排在册教师，分数相同者并列。",
    "no_rows": "本周期暂无数据",
    # figures
    "figure_districts": "各区指数，从高到低",
    "figure_schools": "学校指数，前 {top} 所",
    "figure_axis": "指数（分 / 人）",
    "figure_hover": "{name}<br>第 {rank} 名 · 指数 {index}<br>{points} 分 ÷ {teachers} 名在册教师",
    "figure_empty": "本周期暂无排名",
    "figure_failed": "图表未能显示，数据见旁边的表格。",
    "summary_leader": "第一名：{names}，指数 {index}。",
    "summary_leaders": "{count} 个并列第一，指数 {index}：{names}。",
    "summary_leaders_cut": "{count} 个并列第一，指数 {index}：{names} 等。",
    "summary_unranked": "{count} 个无在册教师，不排名。",
    "summary_cut": "第 {rank} 名还有并列者未画出，完整名单见表。",
    # reconciliation
    "reconciliation": "核对",
    "reconciliation_line": "全市 = 各区之和 = 各校之和 = 教师之和",
    "reconciliation_of": "核对项",
    "city": "全市",
    "sum_districts": "各区之和",
    "sum_schools": "各校之和",
    "sum_teachers": "教师之和",
    "verdict": "结果",
    "agrees": "✓ 一致",
    "disagrees": "✗ 不一致",
    "unlisted_points": "另有 {points} 分属于不在册的教师（名册外、退休或离岗），不计入任何指数。",
    # accounts
    "accounts": "数据接收情况",
    "accounts_identity": "每个文件：记录数 = 接受 + 重复 + 隔离。",
    "source": "来源",
    "files": "文件",
    "records": "记录",
    "accepted": "接受",
    "duplicates": "重复",
    "quarantined": "隔离",
    "total": "合计",
    "table_accounts": "各来源的记录",
    "table_quarantine": "隔离原因",
    "reason": "原因",
    "no_quarantine": "没有被隔离的记录。",
    "refused_files": "整份拒收的文件",
    "strays": "无法归类的文件或文件夹",
    "and_more": "……另有 {count} 个",
    # links
    "links": "相关页面与下载",
    "link_checks": "数据检查结果",
    "link_workbook": "下载排行榜（Excel）",
    "link_exports": "全部导出文件（CSV / Excel）",
    # codes of the contract, in words
    "source.logins": "登录",
    "source.activities": "活动",
    "source.roster": "名册",
    "reason.malformed": "格式损坏",
    "reason.missing_field": "缺少必填项",
    "reason.bad_timestamp": "时间无法识别",
    "reason.unknown_type": "未知事件类型",
    "reason.invalid_role": "角色不允许",
    "reason.invalid_value": "取值无效",
    "reason.future_timestamp": "时间晚于批次日期",
    "reason.conflicting_duplicate": "编号相同而内容不同",
    "reason.refused_snapshot": "名册整份拒收",
    "decision.awarded": "计分",
    "decision.over_cap": "超出上限",
    "decision.not_met": "未达标",
    "stage.primary": "小学",
    "stage.junior": "初中",
    "stage.senior": "高中",
    "stage.nine_year": "九年一贯制",
    "stage.complete": "完全中学",
    "stage.vocational": "中职",
    "stage.special": "特殊教育",
}

CATALOGUE: Mapping[str, Mapping[str, str]] = {"zh-CN": ZH}


def named(kind: str, code: str, texts: Mapping[str, str] = ZH) -> str:
    """A code of the contract in words, such as ("reason", "malformed"); without words the code itself."""
    return texts.get(f"{kind}.{code}", code)
