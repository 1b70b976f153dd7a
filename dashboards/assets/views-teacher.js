/* 积分明细: one teacher's own page. It knows nobody else's name. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el, P = C.parts, ADVICE = 6;

  function mine() { return C.shard('teacher'); }

  function at() { return C.spanAt(C.state.span); }

  function nameOf(code) {
    var indicator = C.indicator(code);
    return indicator ? C.indicatorName(indicator) : code;
  }

  function groupOf(code) {
    var indicator = C.indicator(code);
    return indicator ? C.categoryName(indicator.category) : C.t('none');
  }

  function ruleOf(code) {
    var indicator = C.indicator(code);
    return (indicator && indicator.rule) || {};
  }

  function unitText(unit) { return String(unit).split('|').join(' · '); }

  /* '9 / 10 students' */
  function progressText(row) {
    if (!P.known(row.progress) || !P.known(row.threshold)) { return null; }
    var key = 'teacher.progress.' + row.rule;
    return C.t(C.has(C.texts.zh, key) ? key : 'teacher.progress.other', {
      n: C.number(row.progress), of: C.number(row.threshold)
    });
  }

  /* What to do for a rule, in words. */
  function deed(code) {
    var key = 'do.' + code, indicator = C.indicator(code);
    return C.has(C.texts.zh, key)
      ? C.t(key, indicator && indicator.rule ? P.ruleNumbers(indicator.rule) : {}) : nameOf(code);
  }

  /* ---- cards ---- */

  function placeCard(id, own) {
    var rank = own[id + '_rank'], before = own[id + '_rank_before'], count = own[id + '_count'];
    return {
      id: id, label: C.t('teacher.place.' + id), define: 'span_teacher_index.' + id + '_rank',
      value: C.number(rank), of: P.place(rank, count),
      lines: [
        [P.beforeName(), ' ', C.span().before_from ? C.change(C.moved(rank, before)) : C.t('parts.incomparable')],
        count > 1 && P.known(rank) ? C.t('teacher.ahead', { share: C.percent((count - rank) / (count - 1)) }) : null
      ]
    };
  }

  function cards(root, teacher, own) {
    var next = teacher.login_next;
    P.cards(root, [
      own && {
        id: 'points', label: C.t('teacher.points'), value: C.number(own.points),
        define: 'span_teacher_index.points',
        lines: [
          P.against(P.beforeName(), own.points, own.before_points, C.number),
          P.known(own.school_median) ? C.t('teacher.median', { n: C.number(own.school_median) }) : null
        ]
      },
      own && placeCard('school', own), own && placeCard('district', own), own && placeCard('city', own),
      {
        id: 'streak', label: C.t('teacher.streak'), value: C.t('teacher.days', { n: C.number(teacher.streak) }),
        define: 'teacher_streaks.current_streak',
        lines: [
          C.t('teacher.longest', { n: C.number(teacher.longest_streak) }),
          next ? C.t('teacher.next_login', { day: P.day(next.on), points: C.number(next.points) }) : null
        ]
      }
    ]);
    if (!own) {
      root.appendChild(el('p', { 'class': 'notice' }, C.t('teacher.unlisted', { span: C.spanName(C.span()) })));
    }
  }

  /* ---- what would earn the next points ---- */

  function adviceText(one, isNewWeek) {
    var rule = ruleOf(one.rule);
    if (one.kind === 'near') {
      return [
        el('b', null, C.t('teacher.near.head', { points: C.number(one.points) })),
        el('span', null,
          C.t('teacher.near.text', {
            rule: nameOf(one.rule), unit: unitText(one.near.unit), progress: progressText(one.near),
            more: C.number(one.near.threshold - one.near.progress)
          }),
          one.rule === 'assignment_reach' && P.known(rule.window_hours)
            ? el('small', null, C.t('teacher.near.window', { days: C.number(rule.window_hours / 24) })) : null)
      ];
    }
    return [
      el('b', null, C.t('teacher.do.head', { points: C.number(one.points) })),
      el('span', null, deed(one.rule),
        el('small', null,
          C.t('teacher.do.text', {
            rule: nameOf(one.rule), each: C.number(one.each),
            period: C.t('teacher.left.' + (isNewWeek && one.period === 'week' ? 'new_week' : one.period)),
            n: C.number(one.n)
          })))
    ];
  }

  function advice(root, teacher) {
    var asOf = C.run.as_of, list = C.advice(teacher, asOf), next = teacher.login_next, login = ruleOf('login');
    var weekly = P.sum(list.map(function (one) { return one.period === 'week' ? one.n * one.each : 0; }));
    var isNewWeek = C.figures.weekday(P.plus(asOf, 1)) === 0;
    var box = P.box(root, {
      id: 'advice', title: C.t('teacher.advice'),
      summary: C.t(isNewWeek ? 'teacher.advice.new_week' : 'teacher.advice.week', {
        points: C.number(weekly), day: P.day(asOf)
      })
    });
    var items = [];
    if (next) {
      items.push([
        el('b', null, C.t('teacher.do.head', { points: C.number(next.points) })),
        el('span', null, C.t('teacher.login', { day: P.day(next.on), n: C.number(next.day) }),
          P.known(login.streak_day) && next.day < login.streak_day && el('small', null,
            C.t('teacher.login.step', {
              n: C.number(login.streak_day - next.day), points: C.number(login.streak_points),
              day: C.number(login.streak_day)
            })))
      ]);
    }
    C.each(list.slice(0, ADVICE), function (one) { items.push(adviceText(one, isNewWeek)); });
    box.appendChild(items.length
      ? el('ol', { 'class': 'advice' }, items.map(function (item) { return el('li', null, item); }))
      : el('p', null, C.t('teacher.advice.none')));
  }

  /* ---- allowance ---- */

  function meter(used, cap) {
    return el('span', { 'class': 'bar meter' + (used >= cap ? ' full' : ''), 'aria-hidden': 'true' },
      el('i', { style: 'width:' + Math.min(100, cap ? (100 * used) / cap : 0).toFixed(0) + '%' }));
  }

  function allowance(root, teacher) {
    var weekly = teacher.allowance.filter(function (row) { return row.cap_period === 'week'; });
    var full = weekly.filter(function (row) { return row.used >= row.cap; }).length;
    var box = P.box(root, {
      id: 'allowance-box', title: C.t('teacher.allowance'), define: 'points_ledger.cap_rank',
      summary: weekly.length
        ? C.t('teacher.allowance.summary', {
            week: P.week(weekly[0].cap_start), n: C.number(weekly.length), full: C.number(full)
          })
        : null
    });
    C.table(box, {
      id: 'allowance', caption: C.t('teacher.allowance.caption', { day: C.run.as_of }), rows: teacher.allowance,
      plain: true, still: true, search: false, bare: true, file: C.t('teacher.allowance'),
      columns: [
        {
          key: 'rule', title: C.t('method.rule'), value: function (row) { return nameOf(row.rule); }, row: true,
          'class': 'short'
        },
        {
          key: 'period', title: C.t('teacher.column.period'),
          value: function (row) { return C.named('cap_period', row.cap_period); }, 'class': 'short'
        },
        {
          key: 'used', title: C.t('teacher.column.used'), kind: 'number', value: P.get('used'),
          node: function (row) {
            return [
              meter(row.used, row.cap), C.t('teacher.used_of', { n: C.number(row.used), cap: C.number(row.cap) })
            ];
          }
        },
        {
          key: 'left', title: C.t('teacher.column.left'), kind: 'number',
          value: function (row) { return Math.max(0, row.cap - row.used); }
        },
        { key: 'each', title: C.t('teacher.column.each'), kind: 'number', value: P.get('points_each') }
      ]
    });
  }

  /* ---- points by rule ---- */

  function byRule(root, teacher) {
    var i = at(), possible = teacher.possible ? teacher.possible[i] : null;
    var rules = teacher.rules.map(function (code, r) {
      var most = possible ? possible[r] : null;
      return {
        code: code, name: nameOf(code), group: groupOf(code), points: teacher.points[i][r],
        credits: teacher.credits[i][r], over: teacher.over_cap[i][r], possible: most,
        cap_share: most ? teacher.credits[i][r] / most : null
      };
    });
    var all = P.sum(rules.map(P.get('points'))), lead = rules[P.top(rules.map(P.get('points')))],
      over = P.sum(rules.map(P.get('over')));
    var groups = C.indicatorGroups().map(function (group) { return C.indicatorName(group.of); });
    var byGroup = groups.map(function (name) {
      return P.sum(rules .filter(function (rule) { return rule.group === name; }) .map(P.get('points')));
    });
    var top = P.top(byGroup), none = rules.filter(function (rule) { return !rule.points; });
    C.figure(root, {
      id: 'rules', title: C.t('teacher.rules'), define: 'span_teacher_points.points',
      summary: !all
        ? C.t('teacher.rules.nothing')
        : P.sentences([
            C.t('teacher.rules.summary', {
              points: C.number(all), group: groups[top], share: C.percent(byGroup[top] / all), rule: lead.name,
              rule_points: C.number(lead.points)
            }),
            none.length
              ? C.t('teacher.rules.none', { n: C.number(none.length), names: P.names(none.map(P.get('name')), 4) })
              : '',
            over ? C.t('teacher.rules.over', { n: C.number(over) }) : ''
          ]),
      figure: C.figures.whereDoPointsComeFrom({ rules: rules, groups: groups, narrow: P.narrow() }, C, C.theme()),
      table: {
        rows: rules, pageSize: 50,
        columns: [
          { key: 'name', title: C.t('method.rule'), value: P.get('name'), row: true },
          { key: 'group', title: C.t('parts.category'), value: P.get('group'), 'class': 'short' },
          { key: 'points', title: C.t('rank.points'), kind: 'number', value: P.get('points'), bar: true },
          {
            key: 'credits', title: C.t('teacher.column.credits'), kind: 'number', value: P.get('credits'),
            define: 'span_teacher_points.credits'
          },
          possible && {
            key: 'possible', title: C.t('teacher.column.possible'), kind: 'number', value: P.get('possible'),
            define: 'span_indicator_index.credits_possible'
          },
          possible && { key: 'cap_share', title: C.t('rank.cap_share'), kind: 'percent', value: P.get('cap_share') },
          {
            key: 'over', title: C.t('teacher.column.over'), kind: 'number', value: P.get('over'),
            define: 'span_teacher_points.over_cap'
          }
        ]
      }
    });
  }

  /* ---- calendar ---- */

  function calendar(root, teacher, year) {
    var days = teacher.days[year] || { day: [], points: [] }, most = P.top(days.points), all = P.sum(days.points);
    C.figure(root, {
      id: 'calendar', title: C.t('teacher.calendar', { year: year }), wide: true,
      define: 'points_ledger.credited_on',
      summary: !all
        ? C.t('teacher.calendar.nothing')
        : P.sentences([
            C.t('teacher.calendar.summary', {
              days: C.number(days.day.length), points: C.number(all), logged: C.number(teacher.days_logged.length)
            }),
            C.t('teacher.calendar.most', { day: P.day(days.day[most]), points: C.number(days.points[most]) })
          ]),
      figure: C.figures.whichDaysEarned(
        { year: Number(year), as_of: C.run.as_of, day: days.day, points: days.points, narrow: P.narrow() }, C,
        C.theme()
      ),
      table: {
        rows: days.day.map(function (day, i) {
          return { day: day, points: days.points[i], logged: teacher.days_logged.indexOf(day) >= 0 };
        }),
        sort: { key: 'day', desc: true }, pageSize: 31,
        columns: [
          { key: 'day', title: C.t('active.column.day'), value: P.get('day'), row: true, 'class': 'short' },
          {
            key: 'weekday', title: C.t('teacher.column.weekday'),
            value: function (row) { return C.t('weekday.' + (C.figures.weekday(row.day) + 1)); }
          },
          { key: 'points', title: C.t('rank.points'), kind: 'number', value: P.get('points'), bar: true },
          {
            key: 'logged', title: C.t('teacher.column.logged'),
            value: function (row) { return C.t(row.logged ? 'rank.yes' : 'rank.no'); }
          }
        ]
      }
    });
  }

  /* ---- near misses and over the cap ---- */

  function near(root, teacher) {
    var box = P.box(root, {
      id: 'near-box', title: C.t('teacher.near'), define: 'points_ledger.progress',
      summary: C.t('teacher.near.lead')
    });
    C.table(box, {
      id: 'near', caption: C.t('teacher.near.caption', { n: C.number(teacher.near.length) }), rows: teacher.near,
      plain: true, bare: true, pageSize: 10, empty: 'teacher.near.none', file: C.t('teacher.near'),
      columns: [
        {
          key: 'rule', title: C.t('method.rule'), value: function (row) { return nameOf(row.rule); }, row: true,
          'class': 'short'
        },
        {
          key: 'progress', title: C.t('teacher.column.progress'), kind: 'number',
          value: function (row) { return row.threshold ? row.progress / row.threshold : null; }, text: progressText,
          node: function (row) { return [meter(row.progress, row.threshold), progressText(row)]; }
        },
        {
          key: 'unit', title: C.t('teacher.column.unit'), value: function (row) { return unitText(row.unit); },
          'class': 'unit'
        }
      ]
    });
  }

  function over(root, teacher) {
    var box = P.box(root, {
      id: 'over-box', title: C.t('teacher.over'), define: 'span_teacher_points.over_cap',
      summary: C.t('teacher.over.lead')
    });
    C.table(box, {
      id: 'over', caption: C.t('teacher.over.caption', { n: C.number(teacher.over.length) }), rows: teacher.over,
      plain: true, bare: true, pageSize: 10, empty: 'teacher.over.none', file: C.t('teacher.over'),
      columns: [
        { key: 'day', title: C.t('active.column.day'), value: P.get('day'), row: true, 'class': 'short' },
        {
          key: 'rule', title: C.t('method.rule'), value: function (row) { return nameOf(row.rule); },
          'class': 'short'
        },
        {
          key: 'rank', title: C.t('teacher.column.nth'), kind: 'number', value: P.get('rank'),
          text: function (row) { return C.t('teacher.nth', { n: C.number(row.rank), cap: C.number(row.cap) }); }
        },
        {
          key: 'unit', title: C.t('teacher.column.unit'), value: function (row) { return unitText(row.unit); },
          'class': 'unit'
        }
      ]
    });
  }

  /* ---- ledger ---- */

  function ledger(root, teacher, year) {
    var rows = C.rows(teacher.ledger);
    C.table(root, {
      id: 'ledger', main: true, caption: C.t('teacher.ledger', { year: year, n: C.number(rows.length) }),
      rows: rows, file: C.t('teacher.ledger_file', { year: year }), define: 'points_ledger.points',
      empty: 'teacher.ledger.none', pageSize: 25,
      search: function (row) {
        return [
          nameOf(row.rule), row.rule, groupOf(row.rule), row.unit, row.day, C.named('decision', row.decision)
        ].join('\n');
      },
      columns: [
        { key: 'day', title: C.t('active.column.day'), value: P.get('day'), row: true, 'class': 'short' },
        {
          key: 'rule', title: C.t('method.rule'), value: function (row) { return nameOf(row.rule); },
          'class': 'short'
        },
        {
          key: 'group', title: C.t('parts.category'), value: function (row) { return groupOf(row.rule); },
          'class': 'short'
        },
        {
          key: 'unit', title: C.t('teacher.column.unit'), value: function (row) { return unitText(row.unit); },
          'class': 'unit', define: 'points_ledger.unit_id'
        },
        {
          key: 'decision', title: C.t('teacher.column.decision'),
          value: function (row) { return C.named('decision', row.decision); }, 'class': 'short',
          define: 'points_ledger.decision'
        },
        { key: 'points', title: C.t('rank.points'), kind: 'number', value: P.get('points') },
        {
          key: 'progress', title: C.t('teacher.column.progress'),
          value: function (row) { return progressText(row); }, 'class': 'short'
        }
      ]
    });
    P.notes(root, [C.t('teacher.ledger.note')]);
  }

  C.view('mine', {
    title: 'teacher.title', kinds: ['teacher'], pickers: ['span'], needsSpan: false,
    render: function (root) {
      var teacher = mine(), year = Object.keys(teacher.days)[0] || C.run.as_of.slice(0, 4);
      if (C.core.spans.length) { cards(root, teacher, teacher.ranks[at()]); }
      var left = P.column(root, 'half'), right = P.column(root, 'half');
      advice(left, teacher);
      if (C.core.spans.length) { byRule(left, teacher); }
      allowance(right, teacher);
      near(right, teacher);
      over(right, teacher);
      calendar(root, teacher, year);
      ledger(root, teacher, year);
    }
  });
}());
