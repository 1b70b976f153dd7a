/* 用户活跃: how many use the platform, who came and who left, when, and which schools have gone quiet. */
(function () {
  'use strict';

  var C = window.COCKPIT, P = C.parts, DAYS = 92;

  function unit() { return ['day', 'week', 'month'].indexOf(C.state.by) >= 0 ? C.state.by : 'week'; }

  function shown(starts, values) { return { starts: starts, values: values }; }

  /* ---- cards ---- */

  function dayCard(active) {
    var daily = active.daily, i = daily.day.length - 1, n = i < 0 ? null : daily.active[i];
    return {
      id: 'day', label: C.t('active.day_card'), value: C.percent(P.share(n, active.teachers)),
      define: 'activity_daily.active_teachers',
      lines: [
        i < 0 ? null : P.day(daily.day[i]),
        C.t('overview.of_listed', { n: C.number(n), teachers: C.number(active.teachers) }),
        i > 6 ? P.against(C.t('active.week_ago'), n, daily.active[i - 7], C.number) : null
      ]
    };
  }

  function weekCard(active) {
    var weekly = active.weekly, i = P.wholeWeek(weekly.starts_on), n = i < 0 ? null : weekly.active[i];
    return {
      id: 'week', label: C.t('active.week_card'), value: C.percent(P.share(n, active.teachers)),
      define: 'activity_spans.active_teachers',
      lines: [
        i < 0 ? null : P.week(weekly.starts_on[i]),
        C.t('overview.of_listed', { n: C.number(n), teachers: C.number(active.teachers) }),
        i > 0 ? P.against(C.t('active.week_before'), n, weekly.active[i - 1], C.number) : null
      ]
    };
  }

  function monthCard(active) {
    var monthly = active.monthly, i = monthly.starts_on.length - 1, n = i < 0 ? null : monthly.active[i];
    return {
      id: 'month', label: C.t('active.month_card'), value: C.percent(P.share(n, active.teachers)),
      define: 'activity_spans.active_teachers',
      lines: [
        i < 0 ? null : P.days(monthly.starts_on[i], C.run.as_of),
        C.t('overview.of_listed', { n: C.number(n), teachers: C.number(active.teachers) }),
        i > 0
          ? C.t('overview.active.last_month', {
              n: C.number(monthly.active[i - 1]), share: C.percent(P.share(monthly.active[i - 1], active.teachers))
            })
          : null
      ]
    };
  }

  function turnoverCard(active) {
    var found = turnover(active, 'week'), i = lastWhole(found, 'week');
    return {
      id: 'turnover', label: C.t('active.turnover_card'), define: 'activity_spans.lost_teachers',
      value: i < 0 ? C.t('none') : '−' + C.number(found.lost[i]),
      lines:
        i < 0
          ? [C.t('active.turnover.none')]
          : [
              P.week(found.starts[i]),
              C.t('active.turnover_note', { gained: C.number(found.gained[i]), back: C.number(found.back[i]) })
            ]
    };
  }

  /* The buckets from the third on: '8-14' and above. */
  function longFrom(active) { return parseInt(active.streaks.bucket[2], 10); }

  function streakCard(active) {
    var n = P.sum(active.streaks.teachers.slice(2)),
      login = C.core.indicators.filter(function (one) { return one.code === 'login'; })[0];
    var step = login && login.rule && login.rule.streak_day;
    return {
      id: 'streak', label: C.t('active.streak_card', { n: longFrom(active) }),
      value: C.percent(P.share(n, active.teachers)), define: 'teacher_streaks.current_streak',
      lines: [
        C.t('overview.of_listed', { n: C.number(n), teachers: C.number(active.teachers) }),
        step === longFrom(active) ? C.t('active.streak_note', { points: login.rule.streak_points }) : null
      ]
    };
  }

  /* ---- active teachers over time ---- */

  function series(active, by) {
    if (by === 'day') {
      var from = Math.max(0, active.daily.day.length - DAYS);
      return shown(active.daily.day.slice(from), active.daily.active.slice(from));
    }
    var part = by === 'week' ? active.weekly : active.monthly;
    return shown(part.starts_on, part.active);
  }

  function periodName(by, start) {
    return by === 'week' ? P.week(start) : by === 'month' ? start.slice(0, 7) : P.day(start);
  }

  /* The newest one of a kind is mostly still running. */
  function runs(by, start) {
    return by === 'week'
      ? P.plus(start, 6) > C.run.as_of : by === 'month' && P.plus(C.run.as_of, 1).slice(0, 7) === start.slice(0, 7);
  }

  function activeSummary(found, by, teachers) {
    var whole = found.starts.filter(function (start) {
        return !runs(by, start);
      }).length,
      at = whole - 1;
    if (!P.sum(found.values)) { return C.t('table.empty'); }
    if (at < 0) {
      return C.t('active.summary.running', {
        n: C.number(found.values[0]), share: C.percent(P.share(found.values[0], teachers))
      });
    }
    var values = found.values.slice(0, whole), most = P.top(values), least = P.top(values, -1);
    return P.sentences([
      C.t('active.summary.last', {
        when: periodName(by, found.starts[at]), n: C.number(values[at]),
        share: C.percent(P.share(values[at], teachers)), change: at ? P.changeWords(values[at], values[at - 1]) : ''
      }),
      at
        ? C.t('active.summary.extremes', {
            most: periodName(by, found.starts[most]), most_n: C.number(values[most]),
            least: periodName(by, found.starts[least]), least_n: C.number(values[least])
          })
        : '',
      whole < found.starts.length ? C.t('active.summary.unfinished.' + by) : ''
    ]);
  }

  function activeFigure(root, active, options) {
    var by = unit(), found = series(active, by);
    C.figure(root, {
      id: 'active', title: C.t('active.active.' + by), height: options.height, wide: options.wide,
      define: by === 'day' ? 'activity_daily.active_teachers' : 'activity_spans.active_teachers',
      summary: activeSummary(found, by, active.teachers),
      figure: function () {
        return C.figures.howManyAreActive(
          { starts: found.starts, active: found.values, teachers: active.teachers, unit: by, narrow: P.narrow() },
          C, C.theme()
        );
      },
      table: {
        rows: found.starts.map(function (start, i) {
          return { start: start, active: found.values[i], share: P.share(found.values[i], active.teachers) };
        }),
        sort: { key: 'start', desc: true },
        columns: [
          { key: 'start', title: C.t('active.column.' + by), value: P.get('start'), row: true },
          { key: 'active', title: C.t('active.column.active'), kind: 'number', value: P.get('active'), bar: true },
          {
            key: 'share', title: C.t('active.column.share', { n: C.number(active.teachers) }), kind: 'percent',
            value: P.get('share')
          }
        ]
      }
    });
  }

  /* ---- new and lost ---- */

  /* Who was active before, but not in the period just before, is back: active = before - lost + new + back. All of
     the first period would be new, and who is lost in the running one may still come. */
  function turnover(active, by) {
    var part = by === 'month' ? active.monthly : active.weekly, starts = part.starts_on.slice(1),
      lost = part.lost.slice(1);
    return {
      starts: starts, gained: part['new'].slice(1),
      back: starts.map(function (start, i) {
        return part.active[i + 1] - part['new'][i + 1] - (part.active[i] - lost[i]);
      }),
      lost: lost.map(function (n, i) { return runs(by, starts[i]) ? null : n; })
    };
  }

  function lastWhole(found, by) {
    var at = -1;
    C.each(found.starts, function (start, i) {
      if (!runs(by, start)) { at = i; }
    });
    return at;
  }

  function turnoverSummary(found, by) {
    var at = lastWhole(found, by);
    if (at < 0) { return C.t('active.turnover.none'); }
    var known = found.lost.slice(0, at + 1), most = P.top(known),
      net = found.gained[at] + found.back[at] - found.lost[at];
    return P.sentences([
      C.t('active.turnover.last', {
        when: periodName(by, found.starts[at]), gained: C.number(found.gained[at]), back: C.number(found.back[at]),
        lost: C.number(found.lost[at]), net: C.signed(net)
      }),
      at ? C.t('active.turnover.most', { when: periodName(by, found.starts[most]), n: C.number(known[most]) }) : ''
    ]);
  }

  function turnoverFigure(root, active, options) {
    var by = unit() === 'month' ? 'month' : 'week', found = turnover(active, by), mart = 'activity_spans.';
    C.figure(root, {
      id: 'turnover', title: C.t('active.turnover.' + by), height: options.height, define: mart + 'lost_teachers',
      summary: turnoverSummary(found, by),
      figure: function () {
        return C.figures.whoCameAndWent({
            starts: found.starts, gained: found.gained, back: found.back, lost: found.lost, unit: by,
            narrow: P.narrow()
          },
          C, C.theme());
      },
      table: {
        rows: found.starts.map(function (start, i) {
          return {
            start: start, gained: found.gained[i], back: found.back[i], lost: found.lost[i],
            net: found.lost[i] === null ? null : found.gained[i] + found.back[i] - found.lost[i]
          };
        }),
        sort: { key: 'start', desc: true },
        columns: [
          { key: 'start', title: C.t('active.column.' + by), value: P.get('start'), row: true },
          {
            key: 'gained', title: C.t('figure.gained'), kind: 'number', value: P.get('gained'),
            define: mart + 'new_teachers'
          },
          { key: 'back', title: C.t('figure.back'), kind: 'number', value: P.get('back') },
          {
            key: 'lost', title: C.t('figure.lost'), kind: 'number', value: P.get('lost'),
            define: mart + 'lost_teachers'
          },
          { key: 'net', title: C.t('active.column.net'), kind: 'delta', value: P.get('net') }
        ]
      }
    });
  }

  /* ---- hours ---- */

  function hoursSummary(active, all) {
    if (!all) { return C.t('table.empty'); }
    var best = { n: -1 }, weekend = P.sum(active.hours[5]) + P.sum(active.hours[6]), late = 0;
    C.each(active.hours, function (row, d) {
      C.each(row, function (n, h) {
        if (n > best.n) { best = { n: n, d: d, h: h }; }
        if (h >= 22 || h < 6) { late += n; }
      });
    });
    return P.sentences([
      C.t('active.hours.summary', {
        days: P.days(active.hours_from, active.hours_to), weekday: C.t('weekday.' + (best.d + 1)),
        hour: C.t('figure.hour', { from: best.h, to: best.h + 1 }), n: C.number(best.n)
      }),
      C.t('active.hours.shares', { weekend: C.percent(weekend / all), late: C.percent(late / all) })
    ]);
  }

  function hoursFigure(root, active, options) {
    var all = P.sum(active.hours.map(P.sum)), hours = [];
    for (var h = 0; h < 24; h += 1) { hours.push({ hour: h }); }
    C.figure(root, {
      id: 'hours', title: C.t('active.hours'), height: options.height, define: 'activity_hours.acts',
      summary: hoursSummary(active, all),
      figure: function () {
        return C.figures.whenAreTheyActive({ hours: active.hours, narrow: P.narrow() }, C, C.theme());
      },
      table: {
        rows: hours, pageSize: 24,
        columns: [
          {
            key: 'hour', title: C.t('active.column.hour'), value: P.get('hour'), row: true,
            text: function (row) { return C.t('figure.hour', { from: row.hour, to: row.hour + 1 }); }
          }
        ].concat(active.hours.map(function (row, d) {
            return {
              key: 'd' + d, title: C.t('weekday.' + (d + 1)), kind: 'number',
              value: function (one) { return row[one.hour]; }, tint: true
            };
          }))
      }
    });
  }

  /* ---- streaks ---- */

  function streaksFigure(root, active, options) {
    var buckets = active.streaks.bucket.map(function (code, i) {
      return { name: C.t('active.bucket.' + code), teachers: active.streaks.teachers[i] };
    });
    var all = P.sum(active.streaks.teachers), long = P.sum(active.streaks.teachers.slice(2)),
      none = active.streaks.teachers[0];
    C.figure(root, {
      id: 'streaks', title: C.t('active.streaks'), height: options.height, define: 'teacher_streaks.current_streak',
      summary: all
        ? C.t('active.streaks.summary', {
            day: P.day(C.run.as_of), none: C.percent(none / all), none_n: C.number(none),
            long: C.percent(long / all), long_n: C.number(long), n: longFrom(active)
          })
        : C.t('table.empty'),
      figure: function () { return C.figures.howLongAreStreaks({ buckets: buckets }, C, C.theme()); },
      table: {
        rows: buckets,
        columns: [
          { key: 'name', title: C.t('active.column.streak'), value: P.get('name'), row: true },
          {
            key: 'teachers', title: C.t('active.column.teachers'), kind: 'number', value: P.get('teachers'),
            bar: true
          },
          {
            key: 'share', title: C.t('rank.scoring_share'), kind: 'percent',
            value: function (row) { return P.share(row.teachers, all); }
          }
        ]
      }
    });
  }

  /* ---- quiet schools ---- */

  function quietTable(root, active) {
    var list = C.core.schools,
      rows = C.rows(active.quiet).map(function (row) {
        row.name = list.name[row.school];
        row.id = list.id[row.school];
        row.initials = list.initials[row.school];
        row.district = C.core.districts.name[list.district[row.school]];
        row.href = C.link('school', row.school);
        return row;
      });
    C.table(root, {
      id: 'quiet', caption: C.t('active.quiet', { n: C.number(rows.length), days: active.quiet_days }), rows: rows,
      define: 'teacher_streaks.last_active_on', empty: 'active.quiet.none', file: C.t('overview.quiet'),
      columns: [
        { key: 'name', title: C.t('rank.school'), value: P.get('name'), href: P.get('href'), row: true },
        C.kind !== 'district' && {
          key: 'district', title: C.t('rank.district'), value: P.get('district'), 'class': 'short'
        },
        {
          key: 'last_active_on', title: C.t('active.column.last_active_on'), value: P.get('last_active_on'),
          'class': 'short', text: function (row) { return row.last_active_on || C.t('active.never'); }
        },
        { key: 'days', title: C.t('active.column.quiet_days'), kind: 'number', value: P.get('days'), bar: true }
      ]
    });
  }

  /* ---- the view ---- */

  function cards(root, active) {
    P.cards(root, [
      dayCard(active), weekCard(active), monthCard(active), turnoverCard(active), streakCard(active),
      active.quiet && P.quietCard(active)
    ]);
  }

  C.view('active', {
    title: 'active.title', kinds: ['public', 'city', 'district', 'school'], params: { by: 'week' },
    screens: [{ part: 'who' }, { part: 'when' }],
    render: function (root, state) {
      C.need(['active'], function (active) {
        if (C.screen) {
          if (state.part === 'when') {
            hoursFigure(root, active, { height: 300 });
            streaksFigure(root, active, { height: 300 });
            P.categoryFigure(root, active.categories, { id: 'categories', wide: true, weeks: 53, height: 200 });
          } else {
            cards(root, active);
            activeFigure(root, active, { height: 300 });
            turnoverFigure(root, active, { height: 300 });
          }
          return;
        }
        cards(root, active);
        P.tools(root, [
          C.segments(
            'by', C.t('active.by'),
            ['day', 'week', 'month'].map(function (by) { return { id: by, name: C.t('active.by.' + by) }; }), unit()
          )
        ]);
        activeFigure(root, active, { height: 300 });
        turnoverFigure(root, active, { height: 300 });
        hoursFigure(root, active, { height: 280 });
        streaksFigure(root, active, { height: 280 });
        P.categoryFigure(root, active.categories, { id: 'categories', wide: true, height: 320 });
        if (active.quiet) { quietTable(root, active); }
        P.notes(root, [C.t('active.note', { n: C.number(active.teachers) }), C.t('active.turnover.note')]);
      });
    }
  });
}());
