/* 总览: where one stands, what changed, who leads. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el, P = C.parts, FIRST = 10, MOVERS = 5;

  function total() { return C.core.totals[C.spanAt(C.state.span)] || {}; }

  /* ---- cards ---- */

  function indexCard(now) {
    return {
      id: 'index', label: C.t('overview.index.' + C.kind), value: C.index(now.index_value),
      define: 'span_indicator_index.index_value',
      href: C.kind === 'school' ? C.href({ view: 'report' }) : C.href({ view: 'rank' }),
      lines: [
        C.t(C.screen ? 'overview.short_note' : 'overview.index_note', {
          points: C.number(now.points), teachers: C.number(now.teachers)
        }),
        P.against(P.beforeName(), now.index_value, now.index_before, C.index)
      ]
    };
  }

  function pointsCard(now) {
    return {
      id: 'points', label: C.t('overview.points'), value: C.number(now.points),
      define: 'span_indicator_index.points', href: C.href({ view: 'active' }),
      lines: [
        P.against(P.beforeName(), now.points, now.points_before, C.number),
        P.against(C.t('overview.last_year'), now.points, now.points_last_year, C.number)
      ]
    };
  }

  function scoringCard(now) {
    return {
      id: 'scoring', label: C.t('overview.scoring'), value: C.percent(P.share(now.scoring_teachers, now.teachers)),
      define: 'span_indicator_index.scoring_teachers', href: C.href({ view: 'analysis' }),
      lines: [
        C.t('overview.of_listed', { n: C.number(now.scoring_teachers), teachers: C.number(now.teachers) }),
        C.t('overview.without', { n: C.number(P.known(now.teachers) ? now.teachers - now.scoring_teachers : null) })
      ]
    };
  }

  /* Of a week or month as the span; otherwise of the month that runs. */
  function activeCard(now, active) {
    var span = C.span(), own = P.known(now.active_teachers), month = active.monthly.starts_on.length - 1;
    var count = own ? now.active_teachers : month < 0 ? null : active.monthly.active[month];
    return {
      id: 'active', label: own ? C.t('overview.active.' + span.kind) : C.t('overview.active.month'),
      value: C.percent(P.share(count, active.teachers)), define: 'activity_spans.active_teachers',
      href: C.href({ view: 'active' }),
      lines: [
        C.t('overview.of_listed', { n: C.number(count), teachers: C.number(active.teachers) }),
        own
          ? P.against(P.beforeName(), now.active_teachers, now.active_before, C.number)
          : month > 0
            ? C.t('overview.active.last_month', {
                n: C.number(active.monthly.active[month - 1]),
                share: C.percent(P.share(active.monthly.active[month - 1], active.teachers))
              })
            : null
      ]
    };
  }

  function placeCard(id, rank, before, count) {
    return {
      id: id, label: C.t('overview.' + id), value: C.number(rank), of: P.place(rank, count),
      define: 'span_indicator_index.' + id,
      lines: [
        [P.beforeName(), ' ', C.span().before_from ? C.change(C.moved(rank, before)) : C.t('parts.incomparable')]
      ]
    };
  }

  function membersCard(schools) {
    var empty = schools
      ? schools.teachers.filter(function (n) {
          return !n;
        }).length
      : 0;
    return {
      id: 'members', label: C.t('overview.members'), define: 'span_indicator_index.teachers',
      href: C.href({ view: 'rank', level: 'school' }),
      value:
        C.kind === 'district'
          ? C.t('overview.schools', { n: C.number(C.core.schools.id.length) })
          : C.t('overview.districts_schools', {
              districts: C.number(C.core.districts.id.length), schools: C.number(C.core.schools.id.length)
            }),
      lines: [
        C.t('overview.listed', { n: C.number(total().teachers) }),
        empty ? C.t('overview.empty_schools', { n: C.number(empty) }) : null
      ]
    };
  }

  function cards(root, active, schools) {
    var now = total(), isSchool = C.kind === 'school', isDistrict = C.kind === 'district';
    P.cards(root, [
      indexCard(now),
      isSchool && placeCard('district_rank', now.district_rank, now.district_rank_before, now.district_count),
      (isSchool || isDistrict) && placeCard('city_rank', now.city_rank, now.city_rank_before, now.city_count),
      pointsCard(now), scoringCard(now), activeCard(now, active), !isSchool && membersCard(schools),
      !isSchool && !isDistrict && P.quietCard(active, C.href({ view: 'active' }))
    ]);
  }

  /* ---- leaderboards ---- */

  function entities(level, shard) {
    var list = level === 'district' ? C.core.districts : C.core.schools;
    return C.rows(shard).map(function (row) {
      row.name = list.name[row.entity];
      row.value = row.index;
      row.href = C.link(level, row.entity);
      row.under = [
        level === 'school' && C.kind !== 'district' ? C.core.districts.name[list.district[row.entity]] : null,
        row.hidden
          ? null : C.t('overview.short_note', { points: C.number(row.points), teachers: C.number(row.teachers) })
      ]
        .filter(Boolean)
        .join(' · ');
      row.moved = C.moved(row.rank, row.before);
      return row;
    });
  }

  function teachers(top) {
    return C.rows(top).map(function (row) {
      row.value = row.points;
      row.href = C.to('teacher', row.id, row.folder);
      row.under = C.core.schools.name[row.school];
      row.moved = C.moved(row.rank, row.before);
      return row;
    });
  }

  function reported(shard) {
    return C.rows(shard, shard.id.length).map(function (row) {
      row.value = row.total;
      row.href = C.to('teacher', row.id, row.folder);
      row.under = row.subject;
      row.moved = C.moved(row.rank, row.before);
      return row;
    });
  }

  function leaderboard(root, level, rows, listed, size) {
    var isTeacher = level === 'teacher';
    var ranked = rows.filter(function (row) { return P.known(row.rank) && (!isTeacher || row.value > 0); });
    var mart = isTeacher ? 'span_teacher_index.' : 'span_indicator_index.', first = ranked.slice(0, FIRST);
    var box = P.box(root, {
      id: 'lead-' + level, 'class': 'lead ' + size, title: C.t('overview.lead.' + level),
      define: mart + (isTeacher ? 'points' : 'index_value'),
      href: C.href({ view: C.kind === 'school' ? 'report' : 'rank', level: level }),
      more: C.t('overview.all', { n: C.number(listed) })
    });
    if (C.screen) {
      var told = C.figures.told(first.map(P.get('name')));
      C.each(first, function (row, i) { row.name = told[i]; });
    }
    C.table(box, {
      id: 'lead-' + level,
      caption: C.t('overview.lead.caption', { name: C.t('overview.lead.' + level), n: C.number(first.length) }),
      rows: first, ties: ranked, plain: true, still: true, search: false, bare: true, screenRows: FIRST,
      file: C.t('overview.lead.' + level), empty: level === 'teacher' ? 'overview.nobody' : 'table.empty',
      columns: [
        { key: 'rank', title: C.t('rank.rank'), kind: 'rank', value: P.get('rank') },
        { key: 'name', title: C.t('rank.' + level), value: P.get('name'), node: C.screen ? null : P.name, row: true },
        {
          key: 'value', title: C.t(isTeacher ? 'rank.points' : 'rank.index'), kind: isTeacher ? 'number' : 'index',
          value: P.get('value'), bar: true
        },
        C.screen &&
          !isTeacher && { key: 'teachers', title: C.t('overview.people'), kind: 'number', value: P.get('teachers') },
        C.span().before_from && { key: 'moved', title: C.t('rank.moved'), kind: 'change', value: P.get('moved') }
      ]
    });
    if (first.length === FIRST && ranked.length > FIRST && ranked[FIRST].rank === first[FIRST - 1].rank) {
      box.appendChild(
        el('p', { 'class': 'summary' }, C.t('overview.tie_cut', { rank: C.number(ranked[FIRST].rank) }))
      );
    }
    return box;
  }

  /* ---- who moved most ---- */

  function moved(rows) {
    var climbers = rows.filter(function (row) {
        return row.moved > 0;
      }),
      fallers = rows.filter(function (row) { return row.moved < 0; });
    climbers.sort(function (a, b) { return b.moved - a.moved || a.rank - b.rank; });
    fallers.sort(function (a, b) { return a.moved - b.moved || a.rank - b.rank; });
    return {
      climbers: climbers, fallers: fallers,
      shown: climbers.slice(0, MOVERS).concat(fallers.slice(0, MOVERS).reverse())
    };
  }

  function told(row, key) {
    return C.t(key, {
      name: row.name, n: C.number(Math.abs(row.moved)), before: C.number(row.before), rank: C.number(row.rank)
    });
  }

  function movers(root, level, rows, options) {
    var found = moved(rows), span = C.span();
    return C.figure(root, {
      id: 'movers', title: C.t('overview.movers.' + level), define: 'span_indicator_index.city_rank_before',
      height: options.height,
      summary: !span.before_from
        ? C.t('rank.not_compared')
        : P.sentences([
            found.climbers.length ? told(found.climbers[0], 'overview.movers.up') : '',
            found.fallers.length ? told(found.fallers[0], 'overview.movers.down') : '',
            C.t('overview.movers.count', {
              up: C.number(found.climbers.length), down: C.number(found.fallers.length),
              first: P.day(span.before_from), last: P.day(span.before_to)
            })
          ]),
      figure: C.figures.whoMovedMost({ rows: found.shown, narrow: P.narrow() }, C, C.theme()),
      table: {
        rows: found.climbers.concat(found.fallers),
        columns: [
          { key: 'name', title: C.t('rank.' + level), value: P.get('name'), href: P.get('href'), row: true },
          { key: 'moved', title: C.t('rank.moved'), kind: 'change', value: P.get('moved') },
          { key: 'before', title: C.t('rank.rank_before'), kind: 'place', value: P.get('before') },
          { key: 'rank', title: C.t('rank.rank'), kind: 'place', value: P.get('rank') },
          { key: 'index', title: C.t('rank.index'), kind: 'index', value: P.get('index') }
        ]
      }
    });
  }

  /* ---- a school's points by rule ---- */

  function byRule(root, report, options) {
    var rules = report.rules.map(function (code, r) {
      var indicator = C.indicator(code);
      return {
        code: code, name: C.indicatorName(indicator), group: C.categoryName(indicator.category), cap_share: null,
        points: P.sum(report.points.map(function (own) { return own[r]; })),
        scoring: report.points.filter(function (own) { return own[r] > 0; }).length
      };
    });
    var all = P.sum(rules.map(P.get('points'))), lead = rules[P.top(rules.map(P.get('points')))];
    var none = rules.filter(function (rule) { return !rule.points; });
    return C.figure(root, {
      id: 'rules', title: C.t('overview.rules'), define: 'span_teacher_points.points', height: options.height,
      summary: !all
        ? C.t('table.empty')
        : P.sentences([
            C.t('overview.rules.lead', {
              name: lead.name, points: C.number(lead.points), share: C.percent(lead.points / all)
            }),
            none.length
              ? C.t('overview.rules.none', { names: P.names(none.map(P.get('name')), 5) })
              : C.t('overview.rules.every')
          ]),
      figure: C.figures.whereDoPointsComeFrom({
          rules: rules, groups: C.indicatorGroups().map(function (group) { return C.indicatorName(group.of); }),
          narrow: P.narrow()
        },
        C, C.theme()),
      table: {
        rows: rules,
        columns: [
          { key: 'name', title: C.t('indicator.label'), value: P.get('name'), row: true },
          { key: 'group', title: C.t('parts.category'), value: P.get('group') },
          { key: 'points', title: C.t('rank.points'), kind: 'number', value: P.get('points'), bar: true },
          { key: 'scoring', title: C.t('rank.scoring'), kind: 'number', value: P.get('scoring') }
        ]
      }
    });
  }

  /* ---- the view ---- */

  function trend(root, active, options) {
    options.id = 'trend';
    options.weeks = C.screen ? 26 : 53;
    return P.categoryFigure(root, active.categories, options);
  }

  /* On the big screen the trend takes the place of a third board. */
  function screen(root, active, boards) {
    C.each(boards, function (board) { leaderboard(root, board.level, board.rows, board.rows.length, 'third'); });
    trend(P.column(root, 'third'), active, { height: 300 });
  }

  function city(root, active, districts, schools, top) {
    var rows = entities('school', schools), size = top ? 'third' : 'half';
    cards(root, active, schools);
    if (C.screen) {
      screen(root, active, [
        { level: 'district', rows: entities('district', districts) }, { level: 'school', rows: rows }
      ]);
      return;
    }
    leaderboard(root, 'district', entities('district', districts), C.core.districts.id.length, size);
    leaderboard(root, 'school', rows, C.core.schools.id.length, size);
    if (top) { leaderboard(root, 'teacher', teachers(top), top.listed, size); }
    trend(root, active, { height: 330 });
    movers(root, 'school', rows, { height: 330 });
  }

  function district(root, active, schools, top) {
    var rows = entities('school', schools);
    cards(root, active, schools);
    if (C.screen) {
      screen(root, active, [{ level: 'school', rows: rows }, { level: 'teacher', rows: teachers(top) }]);
      return;
    }
    leaderboard(root, 'school', rows, C.core.schools.id.length, 'half');
    leaderboard(root, 'teacher', teachers(top), top.listed, 'half');
    trend(root, active, { height: 330 });
    movers(root, 'school', rows, { height: 330 });
  }

  function school(root, active, report) {
    cards(root, active, null);
    leaderboard(root, 'teacher', reported(report), report.id.length, 'half');
    if (C.screen) {
      trend(P.column(root, 'half'), active, { height: 300 });
      return;
    }
    byRule(root, report, {});
    trend(root, active, { height: 300, wide: true });
  }

  C.view('overview', {
    title: 'overview.title', kinds: ['public', 'city', 'district', 'school'], pickers: ['span'],
    render: function (root) {
      var span = C.spanFile();
      if (C.kind === 'school') {
        C.need(['active', 'teachers.' + span], function (active, report) { school(root, active, report); });
      } else if (C.kind === 'district') {
        C.need(['active', 'rank.school.' + span + '.total', 'top.' + span + '.total'],
          function (active, schools, top) { district(root, active, schools, top); });
      } else {
        C.need(['active', 'rank.district.' + span + '.total', 'rank.school.' + span + '.total'].concat(
            C.kind === 'city' ? ['top.' + span + '.total'] : []
          ),
          function (active, districts, schools, top) { city(root, active, districts, schools, top); });
      }
    }
  });
}());
