/* What the views of rankings share: columns, cards, the table of a ranking, notes. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el, R = C.ranking = {}, ON_SCREEN = 20;

  R.get = function (key) { return function (row) { return row[key]; }; };

  function known(value) { return value !== null && value !== undefined; }

  R.less = function (now, before) { return known(now) && known(before) ? now - before : null; };
  R.share = function (part, of) { return of && known(part) ? part / of : null; };
  R.compared = function () { return Boolean(C.span().before_from); };

  /* ---- columns ---- */

  /* By default a column shows the row's field of its key under the words of the same key. */
  R.column = function (key, kind, more) {
    var column = { key: key, kind: kind, value: R.get(key) };
    if (!more || !more.title) { column.title = C.t('rank.' + key); }
    for (var name in more || {}) { column[name] = more[name]; }
    return column;
  };

  R.rank = function (title, define) {
    return R.column('rank', 'rank', { title: C.t(title), define: define, pin: 1, text: function (row) {
      return row.hidden ? C.t('rank.hidden_cell') : C.number(row.rank);
    } });
  };

  /* Where it stood before, and the change since. */
  R.moved = function () {
    return R.compared() ? [
      R.column('before', 'place', { title: C.t('rank.rank_before'), 'class': 'roomy' }), R.column('moved', 'change')
    ] : [];
  };

  /* Now less before, such as of 'points' and 'points_before'. */
  R.delta = function (now, before, more) {
    more.value = function (row) { return R.less(row[now], row[before]); };
    return R.compared() && R.column('delta', 'delta', more);
  };

  /* On the big screen fewer and larger. */
  R.forScreen = function (columns, keep) {
    return !C.screen ? columns : columns.filter(function (column) {
      return column && keep.indexOf(column.key) >= 0;
    });
  };

  /* ---- cards ---- */

  function names(rows) {
    return rows.slice(0, 3).map(R.get('name')).join(C.t('list_separator')) + (rows.length > 3 ? ' …' : '');
  }

  function mover(rows, label, sign) {
    var best = null;
    C.each(rows, function (row) {
      if (typeof row.moved !== 'number' || row.moved * sign <= 0) { return; }
      if (!best || row.moved * sign > best.moved * sign) { best = row; }
    });
    return best ? C.card(label, best.name,
      [C.change(best.moved), ' ', C.t('rank.moved_note', { before: best.before, rank: best.rank })])
      : C.card(label, C.t('rank.nobody'), '');
  }

  /* `first`: a card of the scope itself; `noteOf`: what to say of the leader. */
  R.cards = function (root, rows, first, noteOf) {
    var leaders = rows.filter(function (row) { return row.rank === 1; });
    root.appendChild(el('ul', { 'class': 'kpis' }, first,
      C.card(leaders.length > 1 ? C.t('rank.leaders', { n: leaders.length }) : C.t('rank.leader'),
        leaders.length ? names(leaders) : C.t('rank.nobody'), leaders.length ? noteOf(leaders[0]) : ''),
      R.compared() ? [mover(rows, C.t('rank.climber'), 1), mover(rows, C.t('rank.faller'), -1)] : null));
  };

  R.scopeCard = function (label, total) {
    return C.card(label, C.index(total.teachers ? total.points / total.teachers : null),
      C.t('rank.scope_note', { points: C.number(total.points), teachers: C.number(total.teachers) }),
      'span_indicator_index.index_value');
  };

  R.scoringCard = function (scoring, listed) {
    return C.card(C.t('rank.scoring'), C.number(scoring),
      C.t('rank.scoring_note', { share: C.percent(R.share(scoring, listed)) }),
      'span_indicator_index.scoring_teachers');
  };

  /* ---- tables ---- */

  R.table = function (root, options, name) {
    options.id = 'rank';
    options.main = true;
    options.file = C.t('rank.' + name);
    options.sort = { key: 'rank', desc: false };
    if (C.screen) { halves(root, options); } else { C.table(root, options); }
  };

  R.shownOnScreen = function (rows) { return C.screen ? Math.min(ON_SCREEN, rows.length) : rows.length; };

  /* The first rows in two tables side by side. */
  function halves(root, options) {
    var rows = options.rows.slice(0, ON_SCREEN), middle = Math.ceil(rows.length / 2);
    C.each([rows.slice(0, middle), rows.slice(middle)], function (part, i) {
      if (i && !part.length) { return; }
      var half = {};
      for (var key in options) { half[key] = options[key]; }
      half.rows = part;
      half.id = 'rank' + i;
      half.main = false;
      half.ties = options.ties || options.rows;
      half.scale = options.rows;
      half.caption = options.caption + (i ? C.t('rank.caption.continued') : '');
      C.table(root, half);
    });
  }

  R.compareNote = function () {
    var span = C.span();
    return R.compared() ? C.t('rank.compared', { first: span.before_from, last: span.before_to })
      : C.t('rank.not_compared');
  };

  R.notes = function (root, lines) {
    if (C.screen) { return; }
    root.appendChild(el('div', { 'class': 'notes' }, lines.filter(Boolean).map(function (line) {
      return el('p', null, line);
    })));
  };
}());
