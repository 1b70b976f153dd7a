/* What surrounds a view: header, tabs, pickers, definitions, footer. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el;

  C.chrome = function (root, view, fill) {
    var scope = C.core.scope, body = el('div', { 'class': 'view', id: 'view' });
    document.title = [view ? C.t(view.title) : null, C.scopeName(), C.t('title')].filter(Boolean).join(' · ');
    C.hideDefinition();
    C.clear(root);
    paper(view);
    var main = el('main', { id: 'main', tabindex: '-1', 'class': 'view-' + (view ? view.id : 'none') });
    if (view) {
      main.appendChild(el('div', { 'class': 'view-head' },
        el('h2', null, C.t(view.title), spanNote(view)), C.screen ? null : pickers(view)));
    }
    main.appendChild(body);
    C.append(root,
      el('a', { 'class': 'skip', href: '#main', onclick: function (event) {
        event.preventDefault();
        main.focus();
      } }, C.t('skip')),
      printHead(view), header(scope), C.screen ? null : tabs(view), main, footer());
    if (!C.core.spans.length) {
      body.appendChild(el('p', { 'class': 'notice' }, C.t('no_periods')));
      if (view && view.needsSpan !== false) { return; }
    }
    fill(body);
  };

  C.scopeName = function () {
    var scope = C.core.scope;
    return scope.kind === 'public' || scope.kind === 'city' ? C.t('scope.' + scope.kind) : scope.name;
  };

  function crumbs(scope) {
    var parts = [];
    if (scope.kind === 'school') { parts = [scope.district_name]; }
    if (scope.kind === 'teacher') { parts = [scope.district_name, scope.school_name]; }
    return parts.filter(Boolean).join(' / ');
  }

  function header(scope) {
    var run = C.run || {}, above = crumbs(scope);
    return el('header', { 'class': 'top', id: 'top' },
      el('div', { 'class': 'brand' },
        el('p', { 'class': 'product' }, C.t('title')),
        el('h1', null, above ? el('small', null, above + ' / ') : null, C.scopeName()),
        C.screen ? null : [switches(), more()]),
      el('dl', { 'class': 'facts' },
        fact('as_of', C.day(run.as_of), true),
        run.known_at ? fact('known_at', C.day(run.known_at), true) : null,
        fact('event_window', C.range(run.first_on, run.last_on)),
        fact('drop_window', C.range(run.first_dt, run.last_dt)),
        fact('run_id', run.run_id || C.t('none'))),
      C.reconciliation());
  }

  /* On a phone the facts wait behind a button. */
  function more() {
    function toggle() {
      var top = document.getElementById('top'), open = top.className === 'top';
      top.className = open ? 'top open' : 'top';
      this.setAttribute('aria-expanded', String(open));
    }
    return el('button', { type: 'button', id: 'more', 'aria-expanded': 'false', 'aria-controls': 'top',
      onclick: toggle }, C.t('facts'));
  }

  function fact(key, value, strong) {
    return el('div', { 'class': 'fact-' + key }, el('dt', null, C.t(key)),
      el('dd', null, strong ? el('b', null, value) : value));
  }

  function choice(id, label, pressed, act) {
    return el('button', { type: 'button', id: id, 'aria-pressed': pressed === null ? null : String(pressed),
      onclick: act }, label);
  }

  function switches() {
    return el('div', { 'class': 'switches' },
      el('span', { role: 'group', 'aria-label': C.t('theme.label'), 'class': 'segments' },
        ['auto', 'light', 'dark'].map(function (name) {
          return choice('theme-' + name, C.t('theme.' + name), C.scheme === name,
            function () { C.prefer('theme', name); });
        })),
      choice('lang', C.t('lang.other'), null, function () { C.prefer('lang', C.lang === 'zh' ? 'en' : 'zh'); }),
      choice('print', C.t('print'), null, function () { window.print(); }),
      C.kind === 'teacher' ? null : choice('screen', C.t('screen'), null, function () { C.go({ screen: '1' }); }));
  }

  function tabs(view) {
    var views = C.views();
    if (views.length < 2) { return null; }
    return el('nav', { 'class': 'tabs', 'aria-label': C.t('tabs') }, el('ul', null, views.map(function (one) {
      return el('li', null, el('a', { href: C.href({ view: one.id }), id: 'tab-' + one.id,
        'aria-current': one === view ? 'page' : null }, C.t(one.title)));
    })));
  }

  function spanNote(view) {
    var span = C.core.spans.length && C.span();
    if (!span || (view.pickers || []).indexOf('span') < 0) { return null; }
    return el('small', null, C.spanName(span), ' · ', C.range(span.starts_on, span.counted_on || span.ends_on));
  }

  C.spanName = function (span) {
    return span.kind === 'week' || span.kind === 'month' ? C.t('span.' + span.kind)
      : span.kind === 'year' ? C.t('span.year', { year: span.starts_on.slice(0, 4) }) : span.name;
  };

  /* ---- pickers ---- */

  function pickers(view) {
    var asked = view.pickers || [], box = el('div', { 'class': 'pickers' });
    if (!C.core.spans.length) { return null; }
    if (asked.indexOf('span') >= 0) { box.appendChild(spanPicker()); }
    if (asked.indexOf('level') >= 0) {
      box.appendChild(C.segments('level', C.t('level.label'), C.levels(view), C.level()));
    }
    if (asked.indexOf('indicator') >= 0) { box.appendChild(indicatorPicker()); }
    return box;
  }

  /* The level asked for, or the view's first that this folder has. */
  C.level = function () {
    var levels = C.levels(C.viewOf(C.state.view)), asked = C.state.level;
    return levels.some(function (level) { return level.id === asked; }) ? asked : levels[0].id;
  };

  C.levels = function (view) {
    return (view.levels || ['district', 'school']).filter(function (level) {
      return !(level === 'district' && C.kind !== 'city' && C.kind !== 'public') &&
        !(level === 'teacher' && C.kind === 'public') && !(level === 'school' && C.kind === 'school');
    }).map(function (level) { return { id: level, name: C.t('level.' + level) }; });
  };

  /* A row of buttons that sets one parameter of the state. */
  C.segments = function (name, label, choices, chosen) {
    if (choices.length < 2) { return el('span'); }
    return el('span', { role: 'group', 'aria-label': label, 'class': 'segments' }, choices.map(function (one) {
      return choice(name + '-' + one.id, one.name, (chosen || C.state[name]) === one.id, function () {
        var next = { page: null, sort: null };
        if (name === 'level') { next = { page: null, sort: null, q: null, 'in': null, stage: null }; }
        next[name] = one.id;
        C.go(next);
      });
    }));
  };

  function spanPicker() {
    var spans = C.core.spans, many = spans.length > 5;
    if (!many) {
      return C.segments('span', C.t('span.label'), spans.map(function (span) {
        return { id: span.id, name: C.spanName(span) };
      }));
    }
    return select('span', C.t('span.label'), spans.map(function (span) {
      return el('option', { value: span.id, selected: span.id === C.state.span }, C.spanName(span));
    }));
  }

  function select(name, label, options) {
    return el('label', { 'class': 'select' }, el('span', null, label), el('select', { id: 'pick-' + name,
      onchange: function () {
        var next = { page: null, sort: null };
        next[name] = this.value;
        C.go(next);
      } }, options));
  }

  /* [{of: the category, rules: […]}, …] in the order of the indicators. */
  C.indicatorGroups = function () {
    return C.core.indicators.filter(function (one) { return one.kind === 'category'; }).map(function (category) {
      return { of: category, rules: C.core.indicators.filter(function (one) {
        return one.kind === 'rule' && one.category === category.code;
      }) };
    });
  };

  function indicatorPicker() {
    function option(one) {
      return el('option', { value: one.code, selected: one.code === C.state.ind }, C.indicatorName(one));
    }
    var groups = C.indicatorGroups().map(function (group) {
      return el('optgroup', { label: C.indicatorName(group.of) }, option(group.of), group.rules.map(option));
    });
    return select('ind', C.t('indicator.label'), [option(C.indicator('total'))].concat(groups));
  }

  C.categoryName = function (category) {
    var found = C.indicator(category);
    return found ? C.indicatorName(found) : String(category || '');
  };

  /* Names come from the seed, in Chinese; other languages may have words of their own. */
  C.indicatorName = function (one) {
    if (one.kind === 'total') { return C.t('indicator.total'); }
    var key = 'indicator.' + one.code;
    return C.lang !== 'zh' && C.has(C.texts[C.lang] || {}, key) ? C.t(key) : one.name;
  };

  /* One card of a <ul class="kpis">; `define` is the column behind the value. */
  C.card = function (label, value, note, define) {
    var words = typeof value === 'string' && value.length > 6 && !/^[\d,.%−-]+$/.test(value);
    return el('li', null, el('span', { 'class': 'label' }, label, define ? C.define(define, label) : null),
      el('b', { 'class': 'value' + (words ? ' long' : '') }, value),
      el('small', { 'class': 'note' }, note));
  };

  /* ---- reconciliation ---- */

  var PARTS = ['city', 'district', 'districts', 'school', 'schools', 'listed'];

  /* [{of: 'points', parts: [['city', 3], ['districts', 3], …]}, …] of the chosen span. */
  function reconciled() {
    var at = C.spanAt(C.state.span), kept = (C.core.reconciliation || [])[at];
    if (C.kind === 'teacher') { return ownSums(at); }
    if (!kept) { return []; }
    return kept.lines.map(function (line) {
      var parts = PARTS.filter(function (name) { return C.has(line, name); });
      return { of: line.of, parts: parts.map(function (name) { return [name, line[name]]; }) };
    });
  }

  function sum(values) { return values.reduce(function (all, value) { return all + (value || 0); }, 0); }

  function ownSums(at) {
    var teacher = C.shard('teacher'), own = teacher.ranks[at], span = C.core.spans[at], days;
    if (!own) { return []; }
    var parts = [['teacher', own.points], ['rules', sum(teacher.points[at])]];
    days = span.kind === 'year' && teacher.days && teacher.days[span.starts_on.slice(0, 4)];
    if (days) { parts.push(['days', sum(days.points)]); }
    return [{ of: 'points', parts: parts }];
  }

  function agrees(line) {
    return line.parts.every(function (part) { return part[1] !== null && part[1] === line.parts[0][1]; });
  }

  function verdict(good) {
    return el('b', { 'class': good ? 'good' : 'bad' },
      good ? '✓ ' : '✗ ', C.t(good ? 'reconciliation.agrees' : 'reconciliation.disagrees'));
  }

  function equation(line) {
    return [el('b', null, C.t('reconciliation.' + line.of)), ' '].concat(line.parts.map(function (part, i) {
      return [i ? (part[1] === line.parts[0][1] ? ' = ' : ' ≠ ') : '', el('span', { 'class': 'part' },
        C.t('reconciliation.' + part[0]), ' ', el('span', { 'class': 'figures' }, C.number(part[1])))];
    }));
  }

  C.reconciliation = function () {
    if (!C.core.spans.length) { return null; }
    var lines = reconciled(), kept = (C.core.reconciliation || [])[C.spanAt(C.state.span)];
    if (!lines.length) { return null; }
    return el('div', { 'class': 'reconciliation' },
      el('span', { 'class': 'of' }, C.t('reconciliation'), ' ', C.spanName(C.span()), ' ', verdict(lines.every(agrees))),
      lines.map(function (line) { return el('span', { 'class': 'line' }, equation(line)); }),
      kept && kept.unlisted_points && !C.screen ? el('span', { 'class': 'line' },
        C.t('reconciliation.unlisted', { points: C.number(kept.unlisted_points) })) : null);
  };

  /* ---- paper and foot ---- */

  function paper(view) {
    var style = document.getElementById('paper') || document.head.appendChild(el('style', { id: 'paper' }));
    style.textContent = '@page { size: A4 ' + (view && view.landscape ? 'landscape' : 'portrait') + '; }';
  }

  function printHead(view) {
    var run = C.run || {};
    return el('div', { 'class': 'print-head', 'aria-hidden': 'true' },
      el('b', null, C.t('title')), ' · ', C.scopeName(), view ? ' · ' + C.t(view.title) : '', ' · ',
      C.t('as_of'), ' ', C.day(run.as_of), ' · ',
      run.known_at ? [C.t('known_at'), ' ', C.day(run.known_at), ' · '] : null, C.t('run_id'), ' ', run.run_id || '');
  }

  function footer() {
    if (C.screen) { return C.progress(); }
    var run = C.run || {}, made = ['input', 'rules', 'code'].map(function (name) {
      return C.t('made_of.' + name) + ' ' + String(run[name + '_sha256'] || '').slice(0, 12);
    });
    return el('footer', null, el('p', null, C.t('footer')), el('p', { 'class': 'made-of' }, made.join(' · ')));
  }
}());
