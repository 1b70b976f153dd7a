/* 数据质量: what became of every record, what came late, which drop came last, which checks failed. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el, P = C.parts;

  function sums(sources) {
    var all = {};
    C.each(['files', 'records', 'accepted', 'duplicates', 'quarantined'], function (key) {
      all[key] = P.sum(sources.map(P.get(key)));
    });
    return all;
  }

  /* ---- cards ---- */

  function cards(root, quality, all) {
    var failed = quality.checks.filter(function (check) { return !check.passed; });
    var blocking = failed.filter(function (check) { return check.blocking; }).length;
    var events = P.sum(quality.arrivals.events), late = P.sum(quality.arrivals.late),
      days = quality.arrivals.longest_delay_days.filter(P.known);
    P.cards(root, [
      {
        id: 'records', label: C.t('quality.records'), value: C.number(all.records),
        lines: [C.t('quality.files_n', { n: C.number(all.files) })]
      },
      {
        id: 'accepted', label: C.t('quality.accepted'), value: C.percent(P.share(all.accepted, all.records)),
        lines: [
          C.t('quality.records_n', { n: C.number(all.accepted) }),
          C.t('quality.duplicates_n', { n: C.number(all.duplicates) })
        ]
      },
      {
        id: 'quarantined', label: C.t('quality.quarantined'), value: C.number(all.quarantined),
        lines: [
          C.t('quality.share_of_records', { share: C.percent(P.share(all.quarantined, all.records)) }),
          quality.refused_count
            ? C.t('quality.refused_n', { n: C.number(quality.refused_count) }) : C.t('quality.refused_none')
        ]
      },
      {
        id: 'late', label: C.t('quality.late'), value: C.percent(P.share(late, events)),
        define: 'arrivals.late_events',
        lines: [
          C.t('quality.records_n', { n: C.number(late) }),
          late ? C.t('quality.longest', { n: C.number(Math.max.apply(null, days)) }) : null
        ]
      },
      {
        id: 'checks', label: C.t('quality.checks'), 'class': failed.length ? 'bad-card' : null,
        value: C.t('quality.passed_of', {
          n: C.number(quality.checks.length - failed.length), all: C.number(quality.checks.length)
        }),
        lines: [
          failed.length
            ? C.t('quality.failed_n', { n: C.number(failed.length), blocking: C.number(blocking) })
            : C.t('quality.all_passed')
        ]
      }
    ]);
  }

  /* ---- sources ---- */

  function age(source) { return source.last_dt ? C.figures.daysBetween(source.last_dt, C.run.as_of) : null; }

  function sourcesTable(root, quality) {
    C.table(root, {
      id: 'sources', caption: C.t('quality.sources'), rows: quality.sources, search: false,
      file: C.t('quality.sources'),
      columns: [
        {
          key: 'source', title: C.t('quality.source'),
          value: function (row) { return C.named('source', row.source); }, row: true
        },
        {
          key: 'last_dt', title: C.t('quality.last_dt'), value: P.get('last_dt'),
          sub: function (row) {
            var days = age(row);
            return days === null
              ? null : days > 0 ? C.t('quality.days_ago', { n: C.number(days) }) : C.t('quality.up_to_date');
          }
        },
        { key: 'files', title: C.t('quality.files'), kind: 'number', value: P.get('files') },
        { key: 'records', title: C.t('quality.records'), kind: 'number', value: P.get('records') },
        { key: 'accepted', title: C.t('quality.accepted_records'), kind: 'number', value: P.get('accepted') },
        { key: 'duplicates', title: C.t('quality.duplicates'), kind: 'number', value: P.get('duplicates') },
        { key: 'quarantined', title: C.t('quality.quarantined'), kind: 'number', value: P.get('quarantined') },
        {
          key: 'share', title: C.t('quality.quarantined_share'), kind: 'percent',
          value: function (row) { return P.share(row.quarantined, row.records); }
        }
      ]
    });
  }

  /* ---- reasons ---- */

  function reasonsFigure(root, quality, all, options) {
    var rows = quality.reasons.map(function (row) {
      return { name: C.named('reason', row.reason), records: row.records };
    });
    C.figure(root, {
      id: 'reasons', title: C.t('quality.reasons'), height: options.height,
      summary: rows.length
        ? C.t('quality.reasons.summary', {
            n: C.number(all.quarantined), share: C.percent(P.share(all.quarantined, all.records)),
            name: rows[0].name, records: C.number(rows[0].records),
            part: C.percent(P.share(rows[0].records, all.quarantined))
          })
        : C.t('quality.reasons.none'),
      figure: C.figures.whyWereRecordsRefused({ rows: rows, narrow: P.narrow() }, C, C.theme()),
      table: {
        rows: rows,
        columns: [
          { key: 'name', title: C.t('quality.reason'), value: P.get('name'), row: true },
          { key: 'records', title: C.t('quality.records'), kind: 'number', value: P.get('records'), bar: true },
          {
            key: 'share', title: C.t('rank.scoring_share'), kind: 'percent',
            value: function (row) { return P.share(row.records, all.quarantined); }
          }
        ]
      }
    });
  }

  /* ---- arrivals ---- */

  /* Events of all sources by drop day. */
  function arrivals(quality) {
    var at = {}, days = [];
    C.each(C.rows(quality.arrivals), function (row) {
      if (!C.has(at, row.dt)) {
        at[row.dt] = { day: row.dt, events: 0, late: 0, longest: null };
        days.push(at[row.dt]);
      }
      var day = at[row.dt];
      day.events += row.events;
      day.late += row.late;
      if (P.known(row.longest_delay_days)) { day.longest = Math.max(day.longest || 0, row.longest_delay_days); }
    });
    days.sort(function (a, b) { return a.day < b.day ? -1 : 1; });
    return days;
  }

  function arrivalsFigure(root, quality, options) {
    var days = arrivals(quality), events = P.sum(days.map(P.get('events'))), late = P.sum(days.map(P.get('late')));
    var worst = days[P.top(days.map(function (day) { return day.events ? day.late / day.events : 0; }))];
    var longest = days[P.top(days.map(P.get('longest')))];
    C.figure(root, {
      id: 'arrivals', title: C.t('quality.arrivals'), define: 'arrivals.late_events', height: options.height,
      summary: !events
        ? C.t('table.empty')
        : !late
          ? C.t('quality.arrivals.none')
          : P.sentences([
              C.t('quality.arrivals.summary', {
                n: C.number(late), share: C.percent(late / events), day: P.day(worst.day),
                worst: C.percent(worst.late / worst.events)
              }),
              longest
                ? C.t('quality.arrivals.longest', { n: C.number(longest.longest), day: P.day(longest.day) }) : ''
            ]),
      figure: function () {
        return C.figures.howMuchCameLate({
            days: days.map(P.get('day')), events: days.map(P.get('events')), late: days.map(P.get('late')),
            narrow: P.narrow()
          },
          C, C.theme());
      },
      table: {
        rows: C.rows(quality.arrivals), sort: { key: 'dt', desc: true },
        columns: [
          { key: 'dt', title: C.t('quality.drop'), value: P.get('dt'), row: true },
          {
            key: 'source', title: C.t('quality.source'),
            value: function (row) { return C.named('source', row.source); }
          },
          { key: 'events', title: C.t('quality.accepted_records'), kind: 'number', value: P.get('events') },
          { key: 'late', title: C.t('figure.late'), kind: 'number', value: P.get('late') },
          {
            key: 'share', title: C.t('quality.late'), kind: 'percent',
            value: function (row) { return P.share(row.late, row.events); }
          },
          { key: 'longest', title: C.t('quality.longest_days'), kind: 'number', value: P.get('longest_delay_days') }
        ]
      }
    });
  }

  /* ---- files ---- */

  function filesTable(root, quality) {
    var reasons = quality.reasons.map(P.get('reason'));
    C.table(root, {
      id: 'files', caption: C.t('quality.worst', { n: C.number(quality.files.length) }), rows: quality.files,
      file: C.t('quality.worst_file'), pageSize: 20, empty: 'quality.reasons.none',
      search: function (row) {
        return [
          row.path, C.named('source', row.source),
          Object.keys(row.reasons)
            .map(function (code) { return C.named('reason', code); })
            .join(' ')
        ].join('\n');
      },
      columns: [
        { key: 'path', title: C.t('quality.path'), value: P.get('path'), row: true, 'class': 'path' },
        { key: 'records', title: C.t('quality.records'), kind: 'number', value: P.get('records') },
        {
          key: 'quarantined', title: C.t('quality.quarantined'), kind: 'number', value: P.get('quarantined'),
          bar: true
        },
        {
          key: 'share', title: C.t('quality.quarantined_share'), kind: 'percent',
          value: function (row) { return P.share(row.quarantined, row.records); }
        }
      ].concat(reasons.map(function (code) {
          return {
            key: code, title: C.named('reason', code), group: C.t('quality.reason'), kind: 'number', tint: true,
            value: function (row) { return row.reasons[code] || 0; }
          };
        }))
    });
  }

  function refused(root, quality) {
    if (quality.refused.length) {
      C.table(root, {
        id: 'refused', caption: C.t('quality.refused', { n: C.number(quality.refused_count) }),
        rows: quality.refused, pageSize: 20, file: C.t('quality.refused_file'),
        search: function (row) { return row.path + '\n' + row.fault; },
        columns: [
          { key: 'path', title: C.t('quality.path'), value: P.get('path'), row: true, 'class': 'path' },
          { key: 'fault', title: C.t('quality.fault'), value: P.get('fault') }
        ]
      });
    }
    if (quality.strays.length) {
      C.table(root, {
        id: 'strays', caption: C.t('quality.strays', { n: C.number(quality.strays_count) }), pageSize: 20,
        file: C.t('quality.strays_file'), rows: quality.strays.map(function (path) { return { path: path }; }),
        search: P.get('path'),
        columns: [{ key: 'path', title: C.t('quality.path'), value: P.get('path'), row: true, 'class': 'path' }]
      });
    }
  }

  /* ---- decisions ---- */

  function decisionsTable(root, quality) {
    C.table(root, {
      id: 'decisions', caption: C.t('quality.decisions', { n: C.number(quality.decisions_count) }),
      rows: quality.decisions, pageSize: 20, file: C.t('quality.decisions_file'), 'class': 'words',
      search: function (row) {
        return [row.decision_id, row.event_id, row.actor_id, row.reason, row.decided_by].join('\n');
      },
      columns: [
        {
          key: 'decision_id', title: C.t('quality.decision'), value: P.get('decision_id'), row: true, 'class': 'short',
          sub: function (row) { return C.named('quality.decision_kind', row.kind); }
        },
        {
          key: 'decided_on', title: C.t('quality.decided_on'), value: P.get('decided_on'), 'class': 'short',
          sub: P.get('decided_by')
        },
        { key: 'reason', title: C.t('quality.decision_reason'), value: P.get('reason'), 'class': 'long' },
        {
          key: 'event_id', title: C.t('quality.decision_target'), value: P.get('event_id'),
          sub: function (row) { return C.named('source', row.source); }
        },
        {
          key: 'actor_id', title: C.t('quality.decision_actor'), value: P.get('actor_id'), 'class': 'short',
          sub: P.get('occurred_at')
        },
        {
          key: 'standing', title: C.t('quality.decision_standing'), 'class': 'short',
          value: function (row) { return C.named('quality.standing', row.standing); }
        },
        { key: 'units', title: C.t('quality.decision_units'), kind: 'number', value: P.get('units') },
        { key: 'gone', title: C.t('quality.decision_gone'), kind: 'number', value: P.get('gone') },
        {
          key: 'path', title: C.t('quality.decision_file'), value: P.get('path'), 'class': 'path',
          sub: function (row) { return C.t('quality.decision_row', { n: C.number(row.record_number) }); }
        }
      ]
    });
    P.notes(root, [C.t('quality.decisions.note')]);
  }

  /* ---- checks ---- */

  function checksTable(root, quality) {
    var observed = quality.checks.some(function (check) { return P.known(check.observed); });
    C.table(root, {
      id: 'checks', caption: C.t('quality.checks_all', { n: C.number(quality.checks.length) }),
      rows: quality.checks, pageSize: 20, file: C.t('quality.checks'), empty: 'quality.no_checks',
      search: function (row) { return [row.title, row.id, row.suite, row.column].join('\n'); },
      rowClass: function (row) { return row.passed ? null : 'failed'; },
      columns: [
        {
          key: 'passed', title: C.t('quality.result'), 'class': 'short',
          value: function (row) {
            return C.t(row.passed ? 'quality.passed' : row.blocking ? 'quality.failed' : 'quality.warned');
          },
          node: function (row) {
            return el('span', { 'class': row.passed ? 'good' : 'bad' }, row.passed ? '✓ ' : '✗ ',
              C.t(row.passed ? 'quality.passed' : row.blocking ? 'quality.failed' : 'quality.warned'));
          }
        },
        { key: 'title', title: C.t('quality.check'), value: P.get('title'), row: true },
        { key: 'suite', title: C.t('quality.suite'), value: P.get('suite') },
        { key: 'column', title: C.t('quality.column'), value: P.get('column') },
        {
          key: 'blocking', title: C.t('quality.blocking'), 'class': 'short',
          value: function (row) { return C.t(row.blocking ? 'quality.blocks' : 'quality.warns'); }
        },
        observed && { key: 'observed', title: C.t('quality.observed'), value: P.get('observed') }
      ]
    });
  }

  C.view('quality', {
    title: 'quality.title', kinds: ['public', 'city'], needsSpan: false,
    render: function (root) {
      C.need(['quality'], function (quality) {
        var all = sums(quality.sources);
        cards(root, quality, all);
        reasonsFigure(root, quality, all, { height: 300 });
        arrivalsFigure(root, quality, { height: 300 });
        if (C.screen) { return; }
        sourcesTable(root, quality);
        if (C.kind === 'city') {
          filesTable(root, quality);
          refused(root, quality);
          if (quality.decisions.length) { decisionsTable(root, quality); }
        }
        checksTable(root, quality);
        P.notes(root, [
          C.t('quality.identity'),
          quality.void_count ? C.t('quality.void', { n: C.number(quality.void_count) }) : null,
          C.kind === 'public' ? C.t('quality.public') : null
        ]);
      });
    }
  });
}());
