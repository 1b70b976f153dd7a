/* State in the hash, links, views, and the drawing of a page. */
(function () {
  'use strict';

  var C = window.COCKPIT, has = C.has, each = C.each;

  function remember(key, value) {
    try { window.localStorage.setItem('cockpit.' + key, value); } catch (e) { /* private window, file:// */ }
  }

  /* ---- state: all of it in the hash ---- */

  var EVERYWHERE = ['span', 'lang', 'theme', 'screen'];

  function merged(changes) {
    var now = C.asked(), next = {}, name;
    var moves = has(changes, 'view') && changes.view !== C.state.view;
    for (name in now) {
      if (!moves || EVERYWHERE.indexOf(name) >= 0) { next[name] = now[name]; }
    }
    for (name in changes) { next[name] = changes[name]; }
    return next;
  }

  function written(values) {
    var parts = [];
    each(Object.keys(values).sort(order), function (name) {
      var value = values[name];
      if (value === null || value === undefined || value === '') { return; }
      parts.push(encodeURIComponent(name) + '=' + encodeURIComponent(value));
    });
    return '#' + parts.join('&');
  }

  function order(a, b) {
    var first = ['view', 'span', 'level', 'ind'], i = first.indexOf(a), j = first.indexOf(b);
    return (i < 0 ? 9 : i) - (j < 0 ? 9 : j) || (a < b ? -1 : 1);
  }

  C.state = {};
  C.href = function (changes) { return written(merged(changes || {})); };

  /* The part of the state that a link to another folder takes along, and what `more` adds to it. */
  C.luggage = function (more) {
    var now = C.asked(), kept = {};
    each(EVERYWHERE, function (name) { if (name !== 'screen' && has(now, name)) { kept[name] = now[name]; } });
    for (var key in more || {}) { kept[key] = more[key]; }
    var hash = written(kept);
    return hash === '#' ? '' : hash;
  };

  /* Change the state: a new entry of the history unless `replace`; `quiet` leaves the page to the caller. */
  C.go = function (changes, replace, quiet) {
    var hash = C.href(changes);
    try {
      window.history[replace ? 'replaceState' : 'pushState'](null, '', hash);
    } catch (e) {
      window.location.hash = hash;
    }
    if (quiet) {
      readState();
      drawn = window.location.hash;
    } else {
      C.render();
    }
  };

  function readState() {
    var now = C.asked(), state = {}, name;
    for (name in now) { state[name] = now[name]; }
    var view = C.viewOf(now.view) || C.views()[0];
    state.view = view ? view.id : '';
    for (name in (view && view.params) || {}) {
      if (!has(state, name)) { state[name] = view.params[name]; }
    }
    if (C.core) {
      if (!find(C.core.spans, 'id', state.span)) { state.span = (C.core.spans[0] || { id: null }).id; }
      if (!C.indicator(state.ind)) { state.ind = (view && view.params && view.params.ind) || 'total'; }
    }
    C.screen = state.screen === '1';
    C.lang = C.chosen(state.lang, 'lang', ['zh', 'en']);
    C.scheme = C.screen ? 'dark' : C.chosen(state.theme, 'theme', C.THEMES);
    C.state = state;
    return view;
  }

  C.prefer = function (key, value) {
    var change = {};
    change[key] = value;
    remember(key, value);
    C.go(change, true);
  };

  C.span = function (id) { return find(C.core.spans, 'id', id === undefined ? C.state.span : id); };
  C.spanFile = function () { var span = C.span(); return span.file || span.id; };
  C.spanAt = function (id) { return C.core.spans.indexOf(C.span(id)); };
  C.indicator = function (code) { return find(C.core.indicators, 'code', code); };

  function find(list, key, value) {
    var found = null;
    each(list, function (one) { if (one[key] === value) { found = one; } });
    return found;
  }

  /* ---- links between folders ---- */

  C.to = function (kind, id, folder, more) {
    if (C.kind === 'public' || C.kind === 'teacher' || id === null || id === undefined) { return null; }
    var up = C.kind === 'city' ? '../' : '../../';
    return up + kind + '/' + encodeURIComponent(folder || id) + '/index.html' + C.luggage(more);
  };

  /* By position in core.districts or core.schools; not to the folder one is in. */
  C.link = function (level, i, more) {
    var list = level === 'district' ? C.core.districts : C.core.schools;
    if (level === C.kind || (level === 'district' && C.kind !== 'city')) { return null; }
    return list ? C.to(level, list.id[i], list.folder && list.folder[i], more) : null;
  };

  /* ---- views ---- */

  var registered = [], drawn = null;

  C.view = function (id, options) {
    options.id = id;
    registered.push(options);
  };

  C.views = function () {
    return registered.filter(function (view) {
      return view.kinds.indexOf(C.kind) >= 0 && (!C.core || !view.when || view.when());
    });
  };

  C.viewOf = function (id) { return find(C.views(), 'id', id); };

  /* Drawing anew keeps the focus and the place on the page; another view begins at its top, below the header. */
  function inPlace(again, act) {
    var focused = document.activeElement, id = focused && focused.id, top = window.pageYOffset, node;
    act();
    node = id && document.getElementById(id);
    if (node && document.activeElement !== node) { node.focus(); }
    if (!again) {
      node = document.querySelector('header');
      top = Math.min(top, node ? node.offsetHeight : 0);
    }
    window.scrollTo(0, top);
  }

  C.render = function () {
    var before = C.state.view, view = readState();
    drawn = window.location.hash;
    inPlace(before === C.state.view, function () {
      var root = document.getElementById('app');
      document.documentElement.lang = C.lang === 'zh' ? 'zh-CN' : 'en';
      C.dress(C.scheme, C.screen);
      C.forgetFigures();
      C.chrome(root, view, function (body) {
        if (view) { view.render(body, C.state); }
      });
    });
    C.turn();
  };

  function moved() { if (window.location.hash !== drawn && C.core) { C.render(); } }

  function begin() {
    C.kind = document.body.getAttribute('data-kind');
    readState();
    function ready(core) {
      C.core = core;
      window.addEventListener('popstate', moved);
      window.addEventListener('hashchange', moved);
      C.render();
    }
    function missing() {
      document.getElementById('app').appendChild(C.el('main', { id: 'main' },
        C.el('h1', null, C.t('title')), C.el('p', null, C.t('no_data_folder'))));
    }
    C.load('run', function () {
      C.run = C.shard('run');
      if (C.kind === 'teacher') {
        C.need(['shared', 'earlier', 'teacher'], function (shared, earlier, teacher) {
          C.joinTeacher(shared, earlier, teacher);
          ready(C.teacherCore(teacher));
        }, missing);
      } else {
        C.need(['core'], ready, missing);
      }
    });
  }

  /* What all teachers share and the year's months before become part of the teacher's own. */
  C.joinTeacher = function (shared, earlier, teacher) {
    var year = teacher.days[Object.keys(teacher.days)[0]], before = earlier.days[Object.keys(teacher.days)[0]];
    Object.keys(shared).forEach(function (name) { teacher[name] = shared[name]; });
    Object.keys(year).forEach(function (name) { year[name] = before[name].concat(year[name]); });
    Object.keys(teacher.ledger).forEach(function (name) {
      teacher.ledger[name] = teacher.ledger[name].concat(earlier.ledger[name]);
    });
    teacher.days_logged = earlier.days_logged.concat(teacher.days_logged);
  };

  C.teacherCore = function (teacher) {
    return {
      scope: { kind: 'teacher', id: teacher.id, name: teacher.name, school_name: teacher.school_name,
        district_name: teacher.district_name },
      spans: teacher.spans, indicators: teacher.indicators
    };
  };

  document.addEventListener('DOMContentLoaded', begin);
}());
