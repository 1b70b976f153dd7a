/* What the views beyond the rankings share: cards, comparisons in words, days, boxes. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el, P = (C.parts = {});

  P.get = function (key) { return function (row) { return row[key]; }; };

  P.known = function (value) { return value !== null && value !== undefined; };

  P.share = function (part, of) { return of && P.known(part) ? part / of : null; };

  P.sum = function (values) { return values.reduce(function (sum, value) { return sum + (value || 0); }, 0); };

  /* Position of the highest value (the first of equal ones); -1 without any. */
  P.top = function (values, sign) {
    var at = -1;
    C.each(values, function (value, i) {
      if (P.known(value) && (at < 0 || value * (sign || 1) > values[at] * (sign || 1))) { at = i; }
    });
    return at;
  };

  /* Whether charts should take their phone's shape. */
  P.narrow = function (below) { return (C.printing || document.documentElement.clientWidth) < (below || 600); };

  P.names = function (names, most) {
    var shown = names.slice(0, most || 3).join(C.t('list_separator'));
    return names.length > (most || 3) ? C.t('parts.and_more', { names: shown, n: names.length }) : shown;
  };

  P.sentences = function (list) { return list.filter(Boolean).join(C.t('parts.space')); };

  /* ---- days ---- */

  P.plus = function (iso, days) {
    var at = new Date(0);
    at.setUTCFullYear(Number(iso.slice(0, 4)), Number(iso.slice(5, 7)) - 1, Number(iso.slice(8, 10)) + days);
    return ('000' + at.getUTCFullYear()).slice(-4) + at.toISOString().slice(-20, -14);
  };

  P.day = function (iso) {
    return C.t('parts.day', { month: C.t('month.' + Number(iso.slice(5, 7))), day: Number(iso.slice(8, 10)) });
  };

  P.days = function (first, last) {
    return C.t('parts.days', {
      first: P.day(first),
      last:
        first.slice(0, 7) === last.slice(0, 7)
          ? C.t('parts.day_only', { day: Number(last.slice(8, 10)) }) : P.day(last)
    });
  };

  P.week = function (monday) { return P.days(monday, P.plus(monday, 6)); };

  /* Position of the last week that had ended by the as-of day; -1 without one. */
  P.wholeWeek = function (mondays) {
    for (var i = mondays.length - 1; i >= 0; i -= 1) {
      if (P.plus(mondays[i], 6) <= C.run.as_of) { return i; }
    }
    return -1;
  };

  /* ---- comparisons ---- */

  P.beforeName = function () { return C.t('parts.before.' + C.span().kind); };

  /* ▲ 3.2%: up, down or unchanged, told apart by shape, colour and word. */
  P.arrow = function (sign, text) {
    var way = sign > 0 ? 'up' : sign < 0 ? 'down' : 'same';
    return el('span', { 'class': 'change ' + way },
      el('span', { 'aria-hidden': 'true' }, sign > 0 ? '▲' : sign < 0 ? '▼' : '＝'),
      el('span', { 'class': 'sr' }, C.t('parts.' + way)), text);
  };

  function unsigned(change, show) { return show(Math.abs(change)); }

  /* A line of a card: `label` ▲ 3.2% (12), or that there is nothing to compare with. */
  P.against = function (label, now, before, show) {
    if (!P.known(now) || !P.known(before)) { return [label, ' ', C.t('parts.incomparable')]; }
    var change = now - before, part = before ? Math.abs(change / before) : null;
    return [
      label, ' ', P.arrow(change, change ? unsigned(change, show) : C.t('parts.same')),
      change && part !== null && part < 10 ? C.t('parts.in_brackets', { text: C.percent(part) }) : ''
    ];
  };

  P.changeWords = function (now, before) {
    if (!P.known(now) || !P.known(before) || !before) { return ''; }
    var change = (now - before) / before;
    return Math.abs(change) < 0.0005
      ? C.t('parts.words.same')
      : C.t(change > 0 ? 'parts.words.up' : 'parts.words.down', { share: C.percent(Math.abs(change)) });
  };

  /* ---- boxes ---- */

  /* {id, label, value, of (small, behind the value), lines: [node or list], define, href} */
  P.card = function (card) {
    var value = card.value, long = typeof value === 'string' && value.length > 9 ? ' long' : '';
    return el('li', { 'class': card['class'] || null },
      el('span', { 'class': 'label' }, card.label, card.define ? C.define(card.define, card.label) : null),
      el('b', { 'class': 'value' + long },
        card.href && !C.screen ? el('a', { href: card.href, id: 'card-' + card.id }, value) : value,
        card.of ? el('small', { 'class': 'of' }, card.of) : null),
      (card.lines || []).filter(Boolean).map(function (line) { return el('small', { 'class': 'note' }, line); }));
  };

  /* How many schools have gone quiet; with an address where another view lists them. */
  P.quietCard = function (active, href) {
    var n = active.quiet.school.length;
    return {
      id: 'quiet', label: C.t('overview.quiet'), value: C.number(n), define: 'teacher_streaks.last_active_on',
      href: href,
      lines: [C.t('overview.quiet_note', {
        days: active.quiet_days, share: C.percent(P.share(n, C.core.schools.id.length))
      })]
    };
  };

  P.cards = function (root, cards) {
    root.appendChild(el('ul', { 'class': 'kpis' }, cards.filter(Boolean).map(P.card)));
  };

  /* A card with a heading, a link to more, and what is put into it. */
  P.box = function (root, options) {
    var box = el('section', { 'class': 'card box ' + (options['class'] || ''), id: options.id || null },
      el('div', { 'class': 'box-head' },
        el('h3', null, options.title, options.define ? C.define(options.define, options.title) : null),
        options.href && !C.screen ? el('a', { href: options.href, id: options.id + '-more' }, options.more) : null),
      options.summary ? el('p', { 'class': 'summary' }, options.summary) : null);
    root.appendChild(box);
    return box;
  };

  /* A name as a cell: linked, whole in its title where it is cut, with a line below. */
  P.name = function (row) {
    return [
      row.href ? el('a', { href: row.href, title: row.name }, row.name) : el('span', { title: row.name }, row.name),
      row.under ? el('small', { 'class': 'sub', title: row.under }, row.under) : null
    ];
  };

  P.place = function (rank, count) {
    return P.known(rank) && P.known(count) ? C.t('parts.of', { n: C.number(count) }) : null;
  };

  /* A column of cards, one below the other. */
  P.column = function (root, size) {
    var box = el('div', { 'class': 'stack ' + size });
    root.appendChild(box);
    return box;
  };

  P.tools = function (root, nodes) {
    if (!C.screen) { root.appendChild(el('div', { 'class': 'view-tools' }, nodes)); }
  };

  P.notes = function (root, lines) {
    if (C.screen) { return; }
    root.appendChild(
      el('div', { 'class': 'notes' }, lines.filter(Boolean).map(function (line) { return el('p', null, line); }))
    );
  };

  /* Categories in order, with what each has by week: the series of figures.whichCategoriesEarn. */
  P.categorySeries = function (categories) {
    return C.indicatorGroups().map(function (group) {
      return { code: group.of.code, name: C.indicatorName(group.of), points: categories[group.of.code] || [] };
    });
  };

  /* ---- rules in words ---- */

  /* The numbers of a rule's version for its sentence; the seed holds them, the words don't. */
  P.ruleNumbers = function (rule) {
    return {
      points: rule.points, threshold: rule.threshold, works: rule.works_threshold,
      days: P.known(rule.window_hours) ? C.number(rule.window_hours / 24) : null, streak_day: rule.streak_day,
      streak_before: P.known(rule.streak_day) ? rule.streak_day - 1 : null, streak_points: rule.streak_points
    };
  };

  P.ruleWords = function (code, rule) {
    var key = 'rule.' + code;
    return C.t(C.has(C.texts.zh, key) ? key : 'rule.other', P.ruleNumbers(rule));
  };

  /* ---- points by category over time, on two views ---- */

  P.categoryFigure = function (root, categories, options) {
    var first = Math.max(0, categories.week.length - (options.weeks || 106)), weeks = categories.week.slice(first);
    var series = P.categorySeries(categories).map(function (one) {
      return { code: one.code, name: one.name, points: one.points.slice(first) };
    });
    var totals = weeks.map(function (week, w) {
      return P.sum(series.map(function (one) { return one.points[w]; }));
    });
    return C.figure(root, {
      id: options.id, title: C.t('parts.categories'), wide: options.wide, height: options.height,
      define: 'category_weekly.points', summary: categorySummary(weeks, series, totals),
      figure: function () {
        return C.figures.whichCategoriesEarn({ weeks: weeks, series: series, narrow: P.narrow() }, C, C.theme());
      },
      table: {
        rows: weeks.map(function (week, w) { return { week: week, w: w, total: totals[w] }; }),
        sort: { key: 'week', desc: true },
        columns: [{ key: 'week', title: C.t('parts.week'), value: P.get('week'), row: true }].concat(
          series.map(function (one) {
            return {
              key: one.code, title: one.name, kind: 'number', value: function (row) { return one.points[row.w]; }
            };
          }),
          [{ key: 'total', title: C.t('parts.total'), kind: 'number', value: P.get('total') }]
        )
      }
    });
  };

  function categorySummary(weeks, series, totals) {
    var at = P.wholeWeek(weeks), most = P.top(totals);
    if (at < 0 || !P.sum(totals)) { return P.sum(totals) ? C.t('parts.categories.no_week') : C.t('table.empty'); }
    var lead = series[P.top(series.map(function (one) { return one.points[at]; }))];
    return P.sentences([
      C.t('parts.categories.last', {
        week: P.week(weeks[at]), points: C.number(totals[at]),
        change: at > 0 ? P.changeWords(totals[at], totals[at - 1]) : ''
      }),
      totals[at]
        ? C.t('parts.categories.lead', { name: lead.name, share: C.percent(lead.points[at] / totals[at]) }) : '',
      C.t('parts.categories.most', { week: P.week(weeks[most]), points: C.number(totals[most]) }),
      at < weeks.length - 1 ? C.t('parts.categories.running') : ''
    ]);
  }
}());
