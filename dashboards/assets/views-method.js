/* 口径与方法: the rules in words and numbers, what an index is, periods, every definition, every decision. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el, P = C.parts;

  /* A row a version: what held before stays to be read. */
  function versions() {
    var rows = [];
    C.each(C.core.indicators, function (one) {
      C.each(one.kind === 'rule' && one.rule ? one.rule.versions || [one.rule] : [], function (rule) {
        rows.push({
          indicator: one, code: one.code, name: C.indicatorName(one), category: C.categoryName(one.category),
          no: one.rule.no, rule: rule, words: P.ruleWords(one.code, rule)
        });
      });
    });
    return rows;
  }

  function pointsText(rule) {
    return P.known(rule.streak_points)
      ? C.t('method.points_step', { points: rule.points, more: rule.streak_points }) : C.number(rule.points);
  }

  function capText(rule) {
    return C.t('method.cap', { period: C.named('cap_period', rule.cap_period), n: C.number(rule.cap) });
  }

  function inForce(rule) {
    var first = rule.valid_from === '0001-01-01' ? C.t('method.unbounded') : rule.valid_from;
    var last = rule.valid_to === '9999-12-31' ? C.t('method.unbounded') : rule.valid_to;
    return rule.valid_from === '0001-01-01' && rule.valid_to === '9999-12-31'
      ? C.t('method.unbounded') : C.t('from_to', { first: first, last: last });
  }

  function ruleTable(root) {
    var rows = versions(), rules = C.core.indicators.filter(function (one) { return one.kind === 'rule'; }).length;
    C.table(root, {
      id: 'rules', caption: C.t('method.rules', { n: C.number(rules) }), rows: rows, file: C.t('method.rules_file'),
      pageSize: 50, 'class': 'words',
      search: function (row) {
        return [row.name, row.indicator.name, row.code, row.category, row.words].join('\n');
      },
      columns: [
        { key: 'no', title: C.t('method.no'), kind: 'place', value: P.get('no') },
        { key: 'name', title: C.t('method.rule'), value: P.get('name'), row: true, 'class': 'short' },
        { key: 'category', title: C.t('parts.category'), value: P.get('category'), 'class': 'short' },
        { key: 'when', title: C.t('method.when'), value: P.get('words'), 'class': 'long' },
        {
          key: 'points', title: C.t('method.points'), value: function (row) { return row.rule.points; },
          text: function (row) { return pointsText(row.rule); }
        },
        {
          key: 'cap', title: C.t('method.cap_title'), value: function (row) { return capText(row.rule); },
          'class': 'short'
        },
        {
          key: 'force', title: C.t('method.in_force'), value: function (row) { return inForce(row.rule); },
          'class': 'short'
        },
        {
          key: 'source', title: C.t('method.source'), value: function (row) { return row.rule.source; },
          'class': 'source'
        },
        { key: 'code', title: C.t('method.code'), value: P.get('code') }
      ]
    });
    var sums = C.indicatorGroups().map(function (group) {
      return C.t('method.category_rules', { name: C.indicatorName(group.of), n: group.rules.length });
    });
    P.notes(root, [C.t('method.categories', { list: sums.join(C.t('list_separator')) })]);
  }

  function principles(root) {
    var box = P.box(root, { id: 'principles', title: C.t('method.principles'), 'class': 'prose' });
    box.appendChild(el(
        'dl', null,
        ['index', 'listed', 'rank', 'credit', 'cap', 'time', 'before', 'last_year', 'cap_share'].map(function (key) {
          return [el('dt', null, C.t('method.' + key + '.title')), el('dd', null, C.t('method.' + key + '.text'))];
        })
      ));
  }

  function periods(root) {
    C.table(root, {
      id: 'periods', caption: C.t('method.periods'), rows: C.core.spans, search: false, file: C.t('method.periods'),
      columns: [
        { key: 'name', title: C.t('span.label'), value: C.spanName, row: true, 'class': 'short' },
        {
          key: 'from', title: C.t('method.counted'),
          value: function (span) { return C.range(span.starts_on, span.counted_on); }, 'class': 'short'
        },
        { key: 'ends_on', title: C.t('method.ends'), value: P.get('ends_on'), 'class': 'short' },
        {
          key: 'before', title: C.t('method.compared'),
          value: function (span) { return span.before_from ? C.range(span.before_from, span.before_to) : null; },
          'class': 'short'
        },
        {
          key: 'last_year', title: C.t('method.last_year_title'),
          value: function (span) {
            return span.last_year_from ? C.range(span.last_year_from, span.last_year_to) : null;
          },
          'class': 'short'
        }
      ]
    });
  }

  function dictionary(root) {
    var rows = Object.keys(C.definitions).map(function (name) {
      return {
        id: name, mart: name.split('.')[0], column: name.split('.').slice(1).join('.'), text: C.definition(name)
      };
    });
    C.table(root, {
      id: 'dictionary', caption: C.t('method.dictionary', { n: C.number(rows.length) }), rows: rows, pageSize: 20,
      file: C.t('method.dictionary_file'), 'class': 'words',
      search: function (row) { return row.id + '\n' + row.text; }, empty: 'define.none',
      columns: [
        { key: 'column', title: C.t('method.column'), value: P.get('column'), row: true, 'class': 'short' },
        { key: 'mart', title: C.t('method.mart'), value: P.get('mart'), 'class': 'short' },
        { key: 'text', title: C.t('define.plain'), value: P.get('text'), 'class': 'long' }
      ]
    });
  }

  /* A line that begins with "- " is an item of a list. */
  function paragraphs(text) {
    var nodes = [], list = null;
    C.each(text.split('\n'), function (line) {
      if (!line) { return; }
      if (/^- /.test(line)) {
        if (!list) {
          list = el('ul', null);
          nodes.push(list);
        }
        list.appendChild(el('li', null, line.slice(2)));
      } else {
        list = null;
        nodes.push(el('p', null, line));
      }
    });
    return nodes;
  }

  function decisions(root, taken) {
    var box = P.box(root, {
      id: 'decisions', title: C.t('method.decisions', { n: C.number(taken.length) }),
      summary: C.t('method.decisions.lead'), 'class': 'prose'
    });
    C.each(taken, function (one) {
      box.appendChild(el(
          'details', { id: 'decision-' + one.no },
          el('summary', null, el('b', null, C.t('method.decision_no', { no: one.no })), ' ', one.title),
          el('div', null, paragraphs(one.text))
        ));
    });
  }

  /* Pages that stand alone, beside the folder's own. */
  function origins(root) {
    var box = P.box(root, {
      id: 'origins', title: C.t('method.origins'), summary: C.t('method.origins.lead'), 'class': 'prose'
    });
    box.appendChild(el('ul', null,
        el('li', null, el('a', { href: 'lineage.html' }, C.t('method.lineage'))),
        C.kind === 'city' ? el('li', null, el('a', { href: 'inputs.html' }, C.t('method.inputs'))) : null));
  }

  C.view('method', {
    title: 'method.title', kinds: ['public', 'city', 'district', 'school', 'teacher'], needsSpan: false,
    screens: false,
    render: function (root) {
      principles(root);
      ruleTable(root);
      if (C.core.spans.length) { periods(root); }
      if (C.kind === 'teacher') {
        dictionary(root);
        return;
      }
      C.need(['decisions'], function (taken) {
        decisions(root, taken);
        if (C.kind === 'public' || C.kind === 'city') { origins(root); }
        dictionary(root);
      });
    }
  });
}());
