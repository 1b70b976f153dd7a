/* 深度分析: what each is good at, whether size matters, how teachers within a school differ. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el, P = C.parts, BOXES = 20, ROWS = 40;

  function column(matrix, c) { return matrix.map(function (row) { return row[c]; }); }

  /* ---- district × rule ---- */

  function heat(root, shard, teachersOf) {
    var level = C.kind === 'district' ? 'school' : 'district',
      list = level === 'district' ? C.core.districts : C.core.schools;
    var standing = C.figures.standing(shard.index),
      ruleNames = shard.rules.map(function (code) { return C.indicatorName(C.indicator(code)); });
    var rows = shard.rows.map(function (at, r) {
      var order = shard.rules
        .map(function (code, c) { return c; })
        .filter(function (c) { return P.known(standing[r][c]) && standing[r][c] !== 0; });
      order.sort(function (a, b) { return standing[r][b] - standing[r][a] || a - b; });
      return {
        at: at, r: r, name: list.name[at], id: list.id[at], initials: list.initials[at], href: C.link(level, at),
        strong: order
          .filter(function (c) { return standing[r][c] >= 0.5; })
          .slice(0, 3),
        weak: order
          .filter(function (c) { return standing[r][c] <= -0.5; })
          .slice(-3)
          .reverse()
      };
    });
    /* A chart of hundreds of rows says nothing: the largest are drawn, the tables hold all. */
    var drawn = rows
      .slice()
      .sort(function (a, b) { return teachersOf(b.at) - teachersOf(a.at) || a.r - b.r; })
      .slice(0, C.screen ? 16 : ROWS);
    drawn.sort(function (a, b) { return a.r - b.r; });
    var narrow = P.narrow(900);
    var figure = C.figures.whatIsEachGoodAt({
        rows: drawn.map(P.get('name')), rules: ruleNames,
        index: drawn.map(function (row) { return shard.index[row.r]; }),
        cap_share: drawn.map(function (row) { return shard.cap_share[row.r]; }), narrow: narrow
      },
      C, C.theme());
    C.figure(root, {
      id: 'heat', title: C.t('analysis.heat.' + level), wide: true, define: 'span_indicator_index.index_value',
      height: C.screen ? 400 : undefined,
      summary: P.sentences([
        heatSummary(shard, ruleNames, function (r) { return list.name[shard.rows[r]]; }),
        drawn.length < rows.length
          ? C.t('analysis.heat.largest', { n: C.number(drawn.length), all: C.number(rows.length) }) : ''
      ]),
      figure: figure,
      table: {
        rows: rows, pageSize: 100,
        columns: [
          { key: 'name', title: C.t('rank.' + level), value: P.get('name'), href: P.get('href'), row: true, pin: 1 }
        ].concat(ruleNames.map(function (name, c) {
            return {
              key: shard.rules[c], title: name, kind: 'index',
              value: function (row) { return shard.index[row.r][c]; }, tint: true,
              sub: function (row) {
                return P.known(shard.cap_share[row.r][c]) ? C.percent(shard.cap_share[row.r][c]) : null;
              }
            };
          }))
      }
    });
    if (!C.screen) { strengths(root, level, rows, ruleNames, shard); }
  }

  /* Who is first in most rules, and the rule in which they are furthest apart for its size. */
  function heatSummary(shard, ruleNames, nameOf) {
    var leads = {}, best = null, gap = null;
    C.each(ruleNames, function (name, c) {
      var values = column(shard.index, c).filter(P.known), top = P.top(column(shard.index, c)),
        low = P.top(column(shard.index, c), -1);
      var mean = P.sum(values) / values.length;
      if (!(mean > 0)) { return; }
      leads[top] = (leads[top] || []).concat(name);
      var found = {
        apart: (shard.index[top][c] - shard.index[low][c]) / mean, name: name, top: top, low: low,
        most: shard.index[top][c], least: shard.index[low][c]
      };
      if (found.apart > 0 && (!gap || found.apart > gap.apart)) { gap = found; }
    });
    C.each(Object.keys(leads), function (r) {
      if (best === null || leads[r].length > leads[best].length) { best = r; }
    });
    if (best === null) { return C.t('table.empty'); }
    return P.sentences([
      C.t('analysis.heat.lead', { name: nameOf(best), n: leads[best].length, rules: P.names(leads[best], 4) }),
      gap
        ? C.t('analysis.heat.gap', {
            rule: gap.name, top: nameOf(gap.top), most: C.index(gap.most), low: nameOf(gap.low),
            least: C.index(gap.least)
          })
        : '',
      C.t(P.narrow(900) ? 'analysis.heat.how_narrow' : 'analysis.heat.how')
    ]);
  }

  function strengths(root, level, rows, ruleNames, shard) {
    function told(list, r) {
      return list.length ? list
            .map(function (c) { return ruleNames[c] + ' ' + C.index(shard.index[r][c]); })
            .join(C.t('list_separator'))
        : C.t('none');
    }
    C.table(root, {
      id: 'strengths', caption: C.t('analysis.strengths'), rows: rows, file: C.t('analysis.strengths'),
      pageSize: 20, 'class': 'words', define: 'span_indicator_index.index_value',
      columns: [
        { key: 'name', title: C.t('rank.' + level), value: P.get('name'), href: P.get('href'), row: true },
        {
          key: 'strong', title: C.t('analysis.strong'), 'class': 'long',
          value: function (row) { return told(row.strong, row.r); }
        },
        {
          key: 'weak', title: C.t('analysis.weak'), 'class': 'long',
          value: function (row) { return told(row.weak, row.r); }
        }
      ]
    });
  }

  /* ---- size and index ---- */

  function size(root, shard, options) {
    var list = C.core.schools, schools = [], stages = [],
      average = C.core.totals[C.spanAt(C.state.span)].index_value;
    C.each(C.rows(shard), function (row) {
      if (!P.known(row.index)) { return; }
      var stage = list.stage[row.entity] ? C.named('stage', list.stage[row.entity]) : C.t('analysis.no_stage');
      if (stages.indexOf(stage) < 0) { stages.push(stage); }
      schools.push({
        at: row.entity, id: list.id[row.entity], name: list.name[row.entity], initials: list.initials[row.entity],
        teachers: row.teachers, index: row.index, group: stage,
        note: C.kind === 'district' ? stage : C.core.districts.name[list.district[row.entity]] + ' · ' + stage,
        href: C.link('school', row.entity)
      });
    });
    var r = C.figures.correlation(schools.map(P.get('teachers')), schools.map(P.get('index')));
    var best = P.top(schools.map(P.get('index'))), worst = P.top(schools.map(P.get('index')), -1),
      biggest = P.top(schools.map(P.get('teachers')));
    var named = [best, biggest, worst].filter(function (at, i, all) { return at >= 0 && all.indexOf(at) === i; });
    C.figure(root, {
      id: 'size', title: C.t('analysis.size'), define: 'span_indicator_index.index_value', height: options.height,
      wide: options.wide,
      summary: !schools.length
        ? C.t('table.empty')
        : P.sentences([
            r === null
              ? ''
              : C.t('analysis.size.r', {
                  r: C.index(r),
                  words: C.t(
                    'analysis.size.' + (Math.abs(r) < 0.2 ? 'none' : Math.abs(r) < 0.5 ? 'weak' : 'strong') +
                      (r < 0 ? '_less' : '_more')
                  )
                }),
            C.t('analysis.size.best', {
              name: schools[best].name, index: C.index(schools[best].index),
              teachers: C.number(schools[best].teachers)
            }),
            biggest === best
              ? ''
              : C.t('analysis.size.biggest', {
                  name: schools[biggest].name, index: C.index(schools[biggest].index),
                  teachers: C.number(schools[biggest].teachers)
                })
          ]),
      figure: function () {
        return C.figures.doesSizeMatter({
            schools: schools, groups: stages, average: P.known(average) ? average : null,
            named: schools.length > 3 ? named : [], narrow: P.narrow()
          },
          C, C.theme());
      },
      onclick: function (point) {
        var found = schools.filter(function (one) { return one.id === point.customdata; })[0];
        if (found && found.href) { window.location.href = found.href; }
      },
      table: {
        rows: schools, sort: { key: 'index', desc: true },
        columns: [
          { key: 'name', title: C.t('rank.school'), value: P.get('name'), href: P.get('href'), row: true },
          { key: 'note', title: C.t('analysis.column.group'), value: P.get('note') },
          { key: 'teachers', title: C.t('rank.teachers'), kind: 'number', value: P.get('teachers') },
          { key: 'index', title: C.t('rank.index'), kind: 'index', value: P.get('index'), bar: true }
        ]
      }
    });
  }

  /* ---- teachers within a school ---- */

  var ORDERS = {
    high: function (a, b) { return b.median - a.median; }, low: function (a, b) { return a.median - b.median; },
    zero: function (a, b) { return b.zero_share - a.zero_share; },
    wide: function (a, b) { return b.q3 - b.q1 - (a.q3 - a.q1); }
  };

  function spreadColumns(withName) {
    var mart = 'span_spread.';
    return [
      withName && {
        key: 'name', title: C.t('rank.school'), value: P.get('name'), href: P.get('href'), row: true, 'class': 'who'
      },
      withName &&
        C.kind !== 'district' && {
          key: 'district', title: C.t('rank.district'), value: P.get('district'), 'class': 'short'
        },
      {
        key: 'teachers', title: C.t('analysis.column.teachers'), kind: 'number', value: P.get('teachers'),
        define: mart + 'teachers'
      },
      {
        key: 'zero_share', title: C.t('analysis.column.zero'), kind: 'percent', value: P.get('zero_share'),
        bar: true, define: mart + 'zero_teachers'
      },
      {
        key: 'least', title: C.t('analysis.column.least'), kind: 'number', value: P.get('least'),
        define: mart + 'least'
      },
      {
        key: 'q1', title: C.t('analysis.column.q1'), kind: 'number', value: P.get('q1'),
        define: mart + 'lower_quartile'
      },
      {
        key: 'median', title: C.t('analysis.column.median'), kind: 'number', value: P.get('median'),
        define: mart + 'median'
      },
      {
        key: 'q3', title: C.t('analysis.column.q3'), kind: 'number', value: P.get('q3'),
        define: mart + 'upper_quartile'
      },
      { key: 'most', title: C.t('analysis.column.most'), kind: 'number', value: P.get('most'), define: mart + 'most' }
    ];
  }

  function spread(root, shard, options) {
    var list = C.core.schools, order = ORDERS[C.state.order] ? C.state.order : 'high';
    var rows = C.rows(shard).map(function (row) {
      row.name = list.name[row.entity];
      row.id = list.id[row.entity];
      row.initials = list.initials[row.entity];
      row.district = C.core.districts.name[list.district[row.entity]];
      row.href = C.link('school', row.entity);
      return row;
    });
    rows.sort(function (a, b) { return ORDERS[order](a, b) || a.at - b.at; });
    var first = rows.slice(0, options.boxes);
    C.figure(root, {
      id: 'spread', title: C.t('analysis.spread', { n: C.number(first.length) }), define: 'span_spread.median',
      wide: options.wide, height: options.height, summary: spreadSummary(rows),
      figure: C.figures.howDoTeachersDiffer({ rows: first, narrow: P.narrow() }, C, C.theme())
    });
    if (C.screen) { return; }
    C.table(root, {
      id: 'spreads', caption: C.t('analysis.spread.table', { n: C.number(rows.length) }), rows: rows,
      columns: spreadColumns(true), file: C.t('analysis.spread.file'), pageSize: 20, define: 'span_spread.median',
      search: function (row) { return [row.name, row.id, row.initials, row.district].join('\n'); }
    });
  }

  function spreadSummary(rows) {
    if (!rows.length) { return C.t('table.empty'); }
    var high = rows[P.top(rows.map(P.get('median')))], zero = rows[P.top(rows.map(P.get('zero_share')))];
    var half = rows.filter(function (row) { return row.zero_share >= 0.5; }).length;
    return P.sentences([
      C.t('analysis.spread.high', {
        name: high.name, median: C.number(high.median), q1: C.number(high.q1), q3: C.number(high.q3)
      }),
      zero.zero_share > 0
        ? C.t('analysis.spread.zero', {
            name: zero.name, share: C.percent(zero.zero_share), teachers: C.number(zero.teachers)
          })
        : C.t('analysis.spread.no_zero'),
      half ? C.t('analysis.spread.half', { n: C.number(half) }) : ''
    ]);
  }

  function orders() {
    return C.segments('order', C.t('analysis.order'),
      ['high', 'low', 'zero', 'wide'].map(function (order) {
        return { id: order, name: C.t('analysis.order.' + order) };
      }),
      ORDERS[C.state.order] ? C.state.order : 'high');
  }

  /* ---- one's own school ---- */

  function own(root, shard, report) {
    var row = C.rows(shard)[0] || {};
    P.cards(root, [
      {
        id: 'median', label: C.t('analysis.column.median'), value: C.number(row.median),
        define: 'span_spread.median',
        lines: [
          C.t('analysis.own.mean', { n: C.index(P.known(row.teachers) ? P.sum(report.total) / row.teachers : null) })
        ]
      },
      {
        id: 'half', label: C.t('analysis.own.half'),
        value: P.known(row.q1)
          ? C.t('analysis.own.range', { first: C.number(row.q1), last: C.number(row.q3) }) : C.t('none'),
        define: 'span_spread.lower_quartile',
        lines: [C.t('analysis.own.all', { first: C.number(row.least), last: C.number(row.most) })]
      },
      {
        id: 'zero', label: C.t('analysis.column.zero'), value: C.percent(row.zero_share),
        define: 'span_spread.zero_teachers',
        lines: [
          C.t('overview.of_listed', {
            n: C.number(report.total.filter(function (n) { return !n; }).length),
            teachers: C.number(row.teachers || 0)
          })
        ]
      }
    ]);
    var bins = report.id.length ? C.figures.bins(report.total) : [],
      sorted = report.total.slice().sort(function (a, b) { return b - a; });
    var fifth = Math.ceil(sorted.length / 5), sum = P.sum(sorted);
    C.figure(root, {
      id: 'own', title: C.t('analysis.own'), define: 'span_teacher_index.points', wide: true,
      height: C.screen ? 300 : 340,
      summary: !sum
        ? C.t('table.empty')
        : P.sentences([
            C.t('analysis.own.summary', { median: C.number(row.median), q1: C.number(row.q1), q3: C.number(row.q3) }),
            C.t('analysis.own.fifth', { n: C.number(fifth), share: C.percent(P.sum(sorted.slice(0, fifth)) / sum) })
          ]),
      figure: function () {
        return C.figures.howManyEarnHowMuch({
            points: report.total, median: P.known(row.median) ? row.median : null, q1: row.q1, q3: row.q3,
            narrow: P.narrow()
          },
          C, C.theme());
      },
      table: {
        rows: bins, pageSize: 50,
        columns: [
          {
            key: 'from', title: C.t('figure.axis_points'), value: P.get('from'), row: true,
            text: function (bin) {
              return bin.from === bin.to ? C.number(bin.from) : C.number(bin.from) + '–' + C.number(bin.to);
            }
          },
          { key: 'count', title: C.t('figure.axis_count'), kind: 'number', value: P.get('count'), bar: true },
          {
            key: 'share', title: C.t('rank.scoring_share'), kind: 'percent',
            value: function (bin) { return P.share(bin.count, report.id.length); }
          }
        ]
      }
    });
    if (C.screen) { return; }
    C.table(root, {
      id: 'spreads', caption: C.t('analysis.spread.file'), rows: C.rows(shard), columns: spreadColumns(false),
      search: false, still: true, file: C.t('analysis.spread.file')
    });
  }

  /* Values by entity. */
  function by(entities, values) {
    var found = {};
    C.each(entities, function (entity, i) { found[entity] = values[i]; });
    return function (entity) { return found[entity] || 0; };
  }

  /* ---- the view ---- */

  C.view('analysis', {
    title: 'analysis.title', kinds: ['public', 'city', 'district', 'school'], pickers: ['span'],
    params: { order: 'high' },
    screens: function () { return C.kind === 'school' ? [{}] : [{ part: 'heat' }, { part: 'rest' }]; },
    render: function (root, state) {
      var span = C.spanFile();
      if (C.kind === 'school') {
        C.need(['spread.' + span, 'teachers.' + span], function (shard, report) { own(root, shard, report); });
        return;
      }
      var names = ['heat.' + span, 'rank.school.' + span + '.total'];
      /* The extremes and quartiles of a small school are teachers' own points: not for the public. */
      C.need(C.kind === 'public' ? names : names.concat('spread.' + span), function (heats, ranks, spreads) {
        if (!C.screen || state.part !== 'rest') {
          heat(root, heats,
            C.kind === 'district'
              ? by(ranks.entity, ranks.teachers)
              : function () {
                  return 0;
                });
        }
        if (C.screen && state.part !== 'rest') { return; }
        size(root, ranks, { height: C.screen ? 400 : 440, wide: !C.screen });
        if (!spreads) { return; }
        P.tools(root, [el('span', { 'class': 'label' }, C.t('analysis.order')), orders()]);
        spread(root, spreads, { boxes: C.screen ? 15 : BOXES, wide: !C.screen, height: C.screen ? 400 : undefined });
      });
    }
  });
}());
