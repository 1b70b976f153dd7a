/* The kit: data shards, words, numbers, DOM, state in the hash, views. Plain ES5 and classic scripts, since
   pages open from a file and in old browsers; no innerHTML, since names may hold anything. */
(function () {
  'use strict';

  var C = window.COCKPIT = window.COCKPIT || {};
  C.texts = { zh: {}, en: {} };
  C.definitions = {};

  /* ---- small helpers ---- */

  function has(object, key) { return Object.prototype.hasOwnProperty.call(object, key); }

  function each(list, act) {
    for (var i = 0; i < list.length; i += 1) { act(list[i], i); }
  }

  C.has = has;
  C.each = each;

  /* el('td', {class: 'n', onclick: f}, 'text', node, [more], null): strings become text nodes. */
  C.el = function (tag, attributes) {
    var node = document.createElement(tag);
    for (var name in attributes || {}) {
      var value = attributes[name];
      if (value === null || value === undefined || value === false) { continue; }
      if (typeof value === 'function') {
        node.addEventListener(name.slice(2), value);
      } else {
        node.setAttribute(name, value === true ? '' : value);
      }
    }
    append(node, Array.prototype.slice.call(arguments, 2));
    return node;
  };

  function append(node, children) {
    each(children, function (child) {
      if (child === null || child === undefined || child === false) { return; }
      if (Array.isArray(child)) {
        append(node, child);
      } else {
        node.appendChild(child.nodeType ? child : document.createTextNode(String(child)));
      }
    });
  }

  C.append = function (node) {
    append(node, Array.prototype.slice.call(arguments, 1));
    return node;
  };

  C.clear = function (node) {
    while (node.firstChild) { node.removeChild(node.firstChild); }
    return node;
  };

  /* ---- shards: data/<name>.js calls put(name, value) ---- */

  var shards = {}, waiting = {}, onFile = window.location.protocol === 'file:';

  /* The version of the assets, from this script's own address. */
  C.version = ((document.currentScript && document.currentScript.src) || '').split('?v=')[1] || '';

  C.put = function (name, value) {
    if (name === 'texts' || name === 'definitions') { C[name] = value; } else { shards[name] = value; }
  };
  C.shard = function (name) { return has(shards, name) ? shards[name] : null; };

  C.script = function (src, query, loaded, failed) {
    var script = document.createElement('script');
    script.async = true;
    script.onload = loaded;
    script.onerror = failed;
    script.src = onFile ? src : src + '?' + encodeURIComponent(query);
    document.head.appendChild(script);
  };

  /* The run is asked for past all caches, other shards by the run: one run's data never meet another's. */
  C.load = function (name, done) {
    if (has(shards, name)) { done(); return; }
    if (waiting[name]) { waiting[name].push(done); return; }
    waiting[name] = [done];
    function finish() {
      var calls = waiting[name];
      delete waiting[name];
      each(calls, function (call) { call(); });
    }
    C.script(C.where(name), name === 'run' ? new Date().getTime() : C.run ? C.run.run_id : '', finish, finish);
  };

  var OF_TEACHER = { run: '../run.js', shared: '../shared.js', teacher: 'data.js', earlier: 'earlier.js' };

  /* Folders keep shards in data/, a teacher's page beside itself, and above it what all teachers share. */
  C.where = function (name) {
    if (C.kind === 'teacher') { return OF_TEACHER[name]; }
    return 'data/' + encodeURIComponent(name) + '.js';
  };

  /* need(['heat.2022'], function (heat) {…}, function (missing) {…}); at once if all are here. */
  C.need = function (names, ready, onMissing) {
    var left = names.length;
    function done() {
      left -= 1;
      if (left > 0) { return; }
      var values = [], missing = [];
      each(names, function (name) {
        if (has(shards, name)) { values.push(shards[name]); } else { missing.push(name); }
      });
      if (!missing.length) {
        ready.apply(null, values);
      } else if (onMissing) {
        onMissing(missing);
      } else {
        C.complain(C.t('missing', { names: missing.join(', ') }));
      }
    }
    if (!left) { left = 1; done(); return; }
    each(names, function (name) { C.load(name, done); });
  };

  C.complain = function (text) {
    var main = document.getElementById('main');
    if (main) { main.appendChild(C.el('p', { 'class': 'notice', role: 'status' }, text)); }
  };

  /* ---- words and numbers ---- */

  C.lang = 'zh';

  C.t = function (key, params) {
    var own = C.texts[C.lang] || {}, text = has(own, key) ? own[key] : C.texts.zh[key];
    if (text === undefined) { return key; }
    return text.replace(/\{(\w+)\}/g, function (all, name) {
      return params && has(params, name) ? String(params[name]) : all;
    });
  };

  /* A code of the contract in words, such as ('reason', 'malformed'); without words the code itself. */
  C.named = function (kind, code) {
    if (code === null || code === undefined || code === '') { return C.t('none'); }
    var key = kind + '.' + code;
    return has(C.texts.zh, key) ? C.t(key) : String(code);
  };

  function grouped(digits) { return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ','); }

  /* Half up. The nudge is below the least distance of a fraction of whole numbers (up to a million) from a half,
     and above the error of a double: 2.675 is stored as less than 2.675. */
  function fixed(value, decimals) {
    var power = Math.pow(10, decimals), size = Math.abs(value);
    var whole = Math.floor(size * power + 0.5 + 1e-9 * Math.max(1, size));
    var text = String(Math.floor(whole / power));
    if (decimals) { text += '.' + (String(power + whole % power)).slice(1); }
    return { negative: value < 0 && whole > 0, text: text };
  }

  function shown(value, decimals) {
    if (value === null || value === undefined) { return C.t('none'); }
    var parts = fixed(value, decimals), at = parts.text.split('.');
    return (parts.negative ? '−' : '') + grouped(at[0]) + (at[1] ? '.' + at[1] : '');
  }

  C.rounded = function (value, decimals) {
    var parts = fixed(value, decimals);
    return (parts.negative ? '-' : '') + parts.text;
  };
  C.number = function (value) { return shown(value, value % 1 ? 1 : 0); };
  C.index = function (value) { return shown(value, 2); };
  C.percent = function (share) {
    return share === null || share === undefined ? C.t('none') : shown(share * 100, 1) + '%';
  };
  C.signed = function (value, decimals) {
    if (value === null || value === undefined) { return C.t('none'); }
    var text = shown(value, decimals || 0);
    return value > 0 && /[1-9]/.test(text) ? '+' + text : text;
  };
  C.day = function (iso) { return iso || C.t('none'); };
  C.range = function (first, last) {
    return first ? C.t('from_to', { first: first, last: last }) : C.t('none');
  };

  /* Places gained since `before`; 'new' for one not ranked then; null for one not ranked now. */
  C.moved = function (rank, before) {
    if (rank === null || rank === undefined) { return null; }
    return before === null || before === undefined ? 'new' : before - rank;
  };

  /* {a: [1, 2], b: [3, 4]} -> [{a: 1, b: 3, at: 0}, …]: rows of a columnar shard; other fields stay behind. */
  C.rows = function (columns, count) {
    var rows = [], n = count;
    for (var name in columns) {
      if (n === undefined && Array.isArray(columns[name])) { n = columns[name].length; }
    }
    for (var i = 0; i < (n || 0); i += 1) {
      var row = { at: i };
      for (var key in columns) {
        if (Array.isArray(columns[key])) { row[key] = columns[key][i]; }
      }
      rows.push(row);
    }
    return rows;
  };

  /* ---- before anything is painted: the theme, so that nothing flashes ---- */

  C.asked = function () {
    var found = {};
    each([window.location.search, window.location.hash], function (text) {
      each(text.replace(/^[?#]/, '').split('&'), function (pair) {
        var cut = pair.indexOf('=');
        if (cut < 1) { return; }
        try {
          found[decodeURIComponent(pair.slice(0, cut))] = decodeURIComponent(pair.slice(cut + 1).replace(/\+/g, ' '));
        } catch (e) { /* a broken escape: not ours */ }
      });
    });
    return found;
  };

  C.chosen = function (asked, key, allowed) {
    var kept = null;
    if (allowed.indexOf(asked) >= 0) { return asked; }
    try { kept = window.localStorage.getItem('cockpit.' + key); } catch (e) { /* a private window */ }
    return allowed.indexOf(kept) >= 0 ? kept : allowed[0];
  };

  C.dress = function (theme, screen) {
    document.documentElement.setAttribute('data-theme', theme);
    document.documentElement.setAttribute('data-screen', screen ? '1' : '0');
  };

  C.THEMES = ['auto', 'light', 'dark'];
  C.dress(C.chosen(C.asked().theme, 'theme', C.THEMES), C.asked().screen === '1');
}());
