/* 教师深度应用报表: every listed teacher of the school by every rule. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el, R = C.ranking;

  function median(values) {
    var sorted = values.slice().sort(function (a, b) { return a - b; }), n = sorted.length;
    return !n ? null : n % 2 ? sorted[(n - 1) / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  /* `show`: points, their growth (delta), or how often the cap was exceeded (over). */
  function ruleColumns(shard, show) {
    return shard.rules.map(function (code, r) {
      var indicator = C.indicator(code), points = show === 'points';
      return R.column(code, show === 'delta' ? 'delta' : 'number', {
        title: C.indicatorName(indicator), group: C.categoryName(indicator.category), tint: points, 'class': 'rule',
        value: function (row) {
          return show === 'over' ? row.over_cap[r]
            : points ? row.points[r] : R.less(row.points[r], row.points_before[r]);
        },
        node: function (row) {
          return points && row.points[r] === 0 ? el('span', { 'class': 'zero' }, '0') : null;
        }
      });
    });
  }

  function reportColumns(shard, show) {
    var mart = 'span_teacher_index.', short = { 'class': 'short' };
    return [
      R.rank('rank.school_rank', mart + 'school_rank'),
      R.column('name', 'text', { title: C.t('rank.teacher'), href: R.get('href'), row: true, pin: 2 })
    ].concat(R.moved(), [
      R.column('total', 'number', { bar: true, href: R.get('href'), define: mart + 'points' }),
      R.delta('total', 'total_before', { title: C.t('rank.points_delta'), define: mart + 'points_before' })
    ], ruleColumns(shard, show), [
      R.column('district_rank', 'place', { define: mart + 'district_rank' }),
      R.column('city_rank', 'place', { define: mart + 'city_rank' }),
      R.column('streak', 'number', { define: 'teacher_streaks.current_streak' }),
      R.column('last_active_on', 'text', { 'class': 'short', define: 'teacher_streaks.last_active_on' }),
      R.column('subject', 'text', short),
      R.column('verified', 'text', { 'class': 'short', value: function (row) {
        return C.t(row.verified ? 'rank.yes' : 'rank.no');
      } }),
      R.column('id', 'text', short)
    ]);
  }

  function place(rank, count) {
    return rank === null || rank === undefined ? C.t('none')
      : C.t('rank.place', { rank: C.number(rank), n: C.number(count) });
  }

  function cards(root, rows) {
    var total = C.core.totals[C.spanAt(C.state.span)];
    var scoring = rows.filter(function (row) { return row.total > 0; }).length;
    root.appendChild(el('ul', { 'class': 'kpis' },
      R.scopeCard(C.t('rank.scope_index', { name: '' }), total),
      C.card(C.t('rank.rank'), C.t('rank.school_place', {
        district: place(total.district_rank, total.district_count), city: place(total.city_rank, total.city_count)
      }), R.compared() ? C.change(C.moved(total.district_rank, total.district_rank_before)) : '',
      'span_indicator_index.district_rank'),
      R.scoringCard(scoring, rows.length),
      C.card(C.t('rank.report_median'), C.number(median(rows.map(R.get('total')))), '', 'span_spread.median')));
  }

  function showPicker() {
    return C.segments('show', C.t('rank.show'), ['points', R.compared() && 'delta', 'over'].filter(Boolean)
      .map(function (name) { return { id: name, name: C.t('rank.show.' + name) }; }));
  }

  C.view('report', {
    title: 'rank.report', kinds: ['school'], pickers: ['span'], params: { show: 'points' }, landscape: true,
    render: function (root, state) {
      C.need(['teachers.' + C.spanFile()], function (shard) {
        var rows = C.rows(shard, shard.id.length).map(function (row) {
          row.href = C.to('teacher', row.id, row.folder);
          row.moved = C.moved(row.rank, row.before);
          return row;
        });
        cards(root, rows);
        R.table(root, {
          caption: C.t('rank.caption.report', { name: C.scopeName(), span: C.spanName(C.span()) }), rows: rows,
          columns: R.forScreen(reportColumns(shard, state.show),
            ['rank', 'name', 'moved', 'total', 'delta', 'district_rank', 'city_rank']),
          search: function (row) { return [row.name, row.id, row.initials, row.subject].join('\n'); },
          'class': 'report', pageSize: 100, empty: 'rank.no_teachers', define: 'span_teacher_index.points',
          tools: C.screen ? null : showPicker()
        }, 'report');
        R.notes(root, [R.compareNote()]);
      });
    }
  });
}());
