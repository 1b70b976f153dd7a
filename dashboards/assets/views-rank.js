/* 总排行 and 各指标排行: districts, schools, teachers. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el, R = C.ranking, FOUND = 100, typing = null;

  /* ---- districts and schools ---- */

  /* Behind a district's points stand its schools, behind a school's its teachers, by the same indicator. */
  function behind(level, row, code) {
    if (level === 'district') { return C.href({ level: 'school', 'in': row.id, page: null, sort: null, q: null }); }
    return C.link('school', row.entity, { view: 'report', sort: code === 'total' ? null : '-' + code });
  }

  function entityRows(level, shard, code) {
    var list = level === 'district' ? C.core.districts : C.core.schools, districts = C.core.districts;
    return C.rows(shard).map(function (row) {
      var i = row.entity;
      row.id = list.id[i];
      row.name = list.name[i];
      row.initials = list.initials[i];
      row.href = C.link(level, i);
      row.rows_href = behind(level, row, code);
      row.moved = C.moved(row.rank, row.before);
      row.scoring_share = R.share(row.scoring, row.teachers);
      if (level === 'school') {
        row.district = districts.name[list.district[i]];
        row.district_id = districts.id[list.district[i]];
        row.stage_code = list.stage[i];
        row.stage = row.stage_code ? C.named('stage', row.stage_code) : null;
        row.branch = list.branch[i];
      }
      return row;
    });
  }

  function entityColumns(level, rule) {
    var mart = 'span_indicator_index.', school = level === 'school', district = C.kind === 'district';
    return [R.rank('rank.rank', mart + (district ? 'district_rank' : 'city_rank'))].concat(R.moved(), [
      R.column('name', 'text', { title: C.t('rank.' + level), href: R.get('href'), row: true, pin: 2,
        sub: school && !district && !C.screen ? R.get('district') : null }),
      school && !district && R.column('district', 'text', { 'class': 'short roomy' }),
      school && R.column('stage', 'text', { 'class': 'short roomy' }),
      R.column('index', 'index', { bar: true, define: mart + 'index_value' }),
      R.column('points', 'number', { href: R.get('rows_href'), define: mart + 'points' }),
      R.column('teachers', 'number', { define: mart + 'teachers' }),
      R.delta('index', 'index_before',
        { title: C.t('rank.index_delta'), decimals: 2, define: mart + 'index_before' }),
      R.column('scoring', 'number', { define: mart + 'scoring_teachers' }),
      R.column('scoring_share', 'percent'),
      rule && R.column('cap_share', 'percent', { bar: true, define: mart + 'credits_possible' }),
      district && R.column('city_rank', 'place', { define: mart + 'city_rank' })
    ]);
  }

  /* `whole`: rows that add up to the scope; on the public page some schools are withheld, districts rarely. */
  function entityCards(root, rows, whole, code) {
    var own = code === 'total' && C.core.totals[C.spanAt(C.state.span)];
    var total = own || whole.reduce(function (sum, row) {
      return { points: sum.points + (row.points || 0), teachers: sum.teachers + (row.teachers || 0) };
    }, { points: 0, teachers: 0 });
    var name = C.kind === 'public' ? C.t('scope.city') : C.scopeName();
    R.cards(root, rows,
      own || !whole.some(R.get('hidden')) ? R.scopeCard(C.t('rank.scope_index', { name: name }), total) : null,
      function (row) { return C.t('rank.leader_note', { index: C.index(row.index) }); });
  }

  function filter(name, label, all, choices) {
    return el('label', { 'class': 'select' }, el('span', { 'class': 'sr' }, label),
      el('select', { id: 'filter-' + name, onchange: function () {
        var next = { page: null };
        next[name] = this.value;
        C.go(next);
      } }, el('option', { value: '' }, all), choices.map(function (one) {
        return el('option', { value: one.id, selected: C.state[name] === one.id }, one.name);
      })));
  }

  function filters(rows) {
    var stages = [], list = C.core.districts;
    C.each(rows, function (row) {
      if (row.stage && stages.indexOf(row.stage_code) < 0) { stages.push(row.stage_code); }
    });
    return el('span', { 'class': 'filters' },
      list.id.length > 1 && filter('in', C.t('rank.district'), C.t('rank.all_districts'),
        list.id.map(function (id, i) { return { id: id, name: list.name[i] }; })),
      stages.length > 1 && filter('stage', C.t('rank.stage'), C.t('rank.all_stages'),
        stages.sort().map(function (stage) { return { id: stage, name: C.named('stage', stage) }; })));
  }

  function filtered(rows) {
    var district = C.state['in'], stage = C.state.stage;
    return rows.filter(function (row) {
      return (!district || row.district_id === district) && (!stage || row.stage_code === stage);
    });
  }

  function filterText() {
    var district = C.core.districts.name[C.core.districts.id.indexOf(C.state['in'])], stage = C.state.stage;
    return [district, stage && C.named('stage', stage)].filter(Boolean).join(' · ');
  }

  function entities(root, level, code) {
    var tail = '.' + C.spanFile() + '.' + code, shards = ['rank.' + level + tail], school = level === 'school';
    if (C.kind === 'public' && school) { shards.push('rank.district' + tail); }
    C.need(shards, function (shard, districts) {
      var every = entityRows(level, shard, code), rule = C.indicator(code).kind === 'rule';
      entityCards(root, every, districts ? C.rows(districts) : every, code);
      R.table(root, {
        caption: caption(level, code), define: 'span_indicator_index.index_value',
        columns: R.forScreen(entityColumns(level, rule), ['rank', 'moved', 'name', 'index', 'points', 'teachers']),
        rows: school ? filtered(every) : every, ties: every, filter: school ? filterText() : '',
        tools: school && !C.screen ? filters(every) : null,
        search: function (row) {
          return [row.name, row.id, row.initials, row.district, row.branch].join('\n');
        },
        rowClass: function (row) { return row.hidden ? 'withheld' : null; }
      }, level);
      R.notes(root, [R.compareNote(), every.some(R.get('hidden')) && C.t('rank.hidden'),
        every.some(R.get('href')) && C.t('rank.drill')]);
    });
  }

  function caption(level, code, n) {
    return C.t('rank.caption.' + level,
      { indicator: C.indicatorName(C.indicator(code)), span: C.spanName(C.span()), n: C.number(n || 0) });
  }

  /* ---- teachers ---- */

  function withSchool(row) {
    var schools = C.core.schools;
    row.school_name = schools.name[row.school];
    row.district = C.core.districts.name[schools.district[row.school]];
    row.href = C.to('teacher', row.id, row.folder);
    row.moved = C.moved(row.rank, row.before);
    return row;
  }

  function nameColumns() {
    return [
      R.column('name', 'text', { title: C.t('rank.teacher'), href: R.get('href'), row: true, pin: 2,
        sub: C.screen ? null : R.get('school_name') }),
      R.column('school_name', 'text', { title: C.t('rank.school'), 'class': C.screen ? null : 'roomy' }),
      C.kind === 'city' && R.column('district', 'text', { 'class': 'short roomy' })
    ];
  }

  function teacherColumns() {
    var mart = 'span_teacher_index.';
    return [R.rank('rank.rank', mart + (C.kind === 'district' ? 'district_rank' : 'city_rank'))].concat(
      R.moved(), nameColumns(), [
        R.column('points', 'number', { bar: true, href: R.get('href'), define: mart + 'points' }),
        R.delta('points', 'before_points', { title: C.t('rank.points_delta'), define: mart + 'points_before' }),
        R.column('id', 'text')
      ]);
  }

  function teachers(root, code) {
    C.need(['top.' + C.spanFile() + '.' + code], function (top) {
      var rows = C.rows(top).map(withSchool), found = el('div', { 'class': 'wide found' });
      R.cards(root, rows, R.scoringCard(top.scoring, top.listed), function (row) {
        return C.t('rank.leader_points', { points: C.number(row.points) });
      });
      R.table(root, {
        caption: caption('teacher', code, R.shownOnScreen(rows)), rows: rows,
        columns: R.forScreen(teacherColumns(), ['rank', 'moved', 'name', 'school_name', 'points']),
        search: function (row) {
          return [row.name, row.id, row.initials, row.school_name, row.district].join('\n');
        },
        onfilter: function (query) { find(found, query); }
      }, 'teacher');
      root.appendChild(found);
      R.notes(root, [C.t(top.more ? 'rank.more' : 'rank.top_all', { n: C.number(top.more),
        scoring: C.number(top.scoring), listed: C.number(top.listed) }), R.compareNote()]);
    });
  }

  /* Beyond the top list: everybody listed, one shard a district, read when somebody searches. */
  function find(root, query) {
    window.clearTimeout(typing);
    root.setAttribute('data-query', query);
    C.clear(root);
    if (!query || C.screen) { return; }
    root.appendChild(el('p', { 'class': 'notes', role: 'status' }, C.t('rank.searching')));
    typing = window.setTimeout(function () {
      C.need(peopleShards(), function () {
        if (root.getAttribute('data-query') !== query) { return; }
        foundTable(C.clear(root), matching(arguments, query));
      });
    }, 250);
  }

  function peopleShards() {
    var list = C.core.districts;
    return C.kind === 'district' ? ['people'] : list.id.map(function (id, i) {
      return 'people.' + ((list.folder && list.folder[i]) || id);
    });
  }

  function matching(shards, query) {
    var match = C.matcher(query), rows = [];
    C.each(shards, function (people) {
      for (var i = 0; i < people.id.length && rows.length <= FOUND; i += 1) {
        if (!match([people.name[i], people.id[i], people.initials[i]].join('\n'))) { continue; }
        rows.push(withSchool({ id: people.id[i], name: people.name[i], school: people.school[i],
          folder: people.folder && people.folder[i] }));
      }
    });
    return rows;
  }

  function foundTable(root, rows) {
    C.table(root, {
      id: 'found', caption: C.t('rank.caption.found'), rows: rows.slice(0, FOUND), search: false,
      file: C.t('rank.teacher'), columns: nameColumns().concat([R.column('id', 'text')])
    });
    if (rows.length > FOUND) {
      root.appendChild(el('p', { 'class': 'notes' }, C.t('rank.found_more', { n: FOUND })));
    }
  }

  /* ---- the two views ---- */

  function ranking(root, code) {
    var level = C.level();
    if (level === 'teacher') { teachers(root, code); } else { entities(root, level, code); }
  }

  function rail(root, code) {
    function link(one) {
      return el('a', { href: C.href({ ind: one.code, page: null, sort: null }), id: 'ind-' + one.code,
        'class': one.kind, 'aria-current': one.code === code ? 'true' : null }, C.indicatorName(one));
    }
    root.appendChild(el('nav', { 'class': 'rail card', 'aria-label': C.t('rank.rail') },
      el('ul', null, C.indicatorGroups().map(function (group) {
        return el('li', null, link(group.of), el('ul', null, group.rules.map(function (rule) {
          return el('li', null, link(rule));
        })));
      }))));
  }

  function ruleLine(indicator) {
    var rule = indicator.rule;
    return rule && el('p', { 'class': 'rule-line' }, C.t('rank.rule_line', { points: C.number(rule.points),
      cap: C.number(rule.cap), period: C.named('cap_period', rule.cap_period) }));
  }

  function firstCategory() {
    var groups = C.indicatorGroups();
    return groups.length ? groups[0].of.code : 'total';
  }

  var LEVELS = ['district', 'school', 'teacher'];

  C.view('rank', {
    title: 'rank.title', kinds: ['public', 'city', 'district'], pickers: ['span', 'level'], levels: LEVELS,
    screens: [{ level: 'district' }, { level: 'school' }, { level: 'teacher' }],
    render: function (root) { ranking(root, 'total'); }
  });

  C.view('indicators', {
    title: 'rank.indicators', kinds: ['public', 'city', 'district'], pickers: ['span', 'level'], levels: LEVELS,
    screens: function () {
      return C.indicatorGroups().map(function (group) {
        return { level: C.kind === 'district' ? 'school' : 'district', ind: group.of.code };
      });
    },
    render: function (root, state) {
      var code = state.ind === 'total' ? firstCategory() : state.ind, indicator = C.indicator(code);
      var side = el('div', { 'class': 'beside view' }, el('div', { 'class': 'wide indicator-head' },
        el('h3', null, C.indicatorName(indicator)), ruleLine(indicator)));
      if (!C.screen) { rail(root, code); }
      root.appendChild(side);
      ranking(side, code);
    }
  });
}());
