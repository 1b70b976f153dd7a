/* Tables: sortable, searchable, paged, exported as shown. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el;
  var NUMERIC = { rank: 1, place: 1, number: 1, index: 1, change: 1, percent: 1, delta: 1 };

  /* Digits and letters in one width and case, so that ＺＳ finds zs. */
  function plain(text) {
    text = String(text === null || text === undefined ? '' : text);
    return (text.normalize ? text.normalize('NFKC') : text).toLowerCase();
  }

  /* Every word typed must be found; initials of heteronyms are alternatives side by side. */
  C.matcher = function (query) {
    var words = plain(query).split(/\s+/).filter(Boolean);
    return function (text) {
      var hay = plain(text);
      return words.every(function (word) { return hay.indexOf(word) >= 0; });
    };
  };

  function haystack(row) { return [row.name, row.id, row.initials].join('\n'); }

  /* ---- values ---- */

  /* Words by pinyin, numbers in them by size: 第2中学 before 第10中学. */
  var collator = new Intl.Collator('zh', { numeric: true });

  function compare(a, b) {
    return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
  }

  /* Nothing sorts last either way; a newcomer after every climber. */
  function sorted(rows, column, desc) {
    var keyed = rows.map(function (row, at) { return { row: row, at: at, key: sortKey(column, row) }; });
    keyed.sort(function (a, b) {
      var none = (a.key === null) - (b.key === null);
      return none || (desc ? compare(b.key, a.key) : compare(a.key, b.key)) || a.at - b.at;
    });
    return keyed.map(function (one) { return one.row; });
  }

  function sortKey(column, row) {
    var value = column.value(row);
    if (value === undefined || value === null) { return null; }
    if (value === 'new') { return -1e9; }
    return typeof value === 'number' ? value : plain(value);
  }

  C.changeText = function (value) {
    if (value === null || value === undefined) { return C.t('none'); }
    if (value === 'new') { return C.t('change.new'); }
    return value > 0 ? '▲' + value : value < 0 ? '▼' + -value : '—';
  };

  C.change = function (value) {
    var spoken = value === null || value === undefined ? C.t('change.none')
      : value === 'new' ? C.t('change.new_spoken')
        : value > 0 ? C.t('change.up', { n: value })
          : value < 0 ? C.t('change.down', { n: -value }) : C.t('change.same');
    var kind = value === 'new' ? 'new' : value > 0 ? 'up' : value < 0 ? 'down' : 'same';
    return el('span', { 'class': 'change ' + kind, title: spoken },
      el('span', { 'aria-hidden': 'true' }, C.changeText(value)), el('span', { 'class': 'sr' }, spoken));
  };

  function textOf(column, row) {
    if (column.text) { return column.text(row); }
    var value = column.value(row);
    switch (column.kind) {
      case 'index': return C.index(value);
      case 'percent': return C.percent(value);
      case 'number': case 'rank': case 'place': return C.number(value);
      case 'delta': return C.signed(value, column.decimals);
      case 'change': return C.changeText(value);
      default: return value === null || value === undefined || value === '' ? C.t('none') : value;
    }
  }

  /* What CSV and XLSX hold: numbers as numbers. */
  function exported(column, row) {
    var value = column.value(row);
    if (column.kind === 'change' && value === 'new') { return C.t('change.new'); }
    if (column.kind && NUMERIC[column.kind] && typeof value === 'number') { return value; }
    if (value === null || value === undefined) { return ''; }
    return column.text ? column.text(row) : String(value);
  }

  /* ---- one table ---- */

  C.table = function (root, options) {
    var columns = options.columns.filter(Boolean), prefix = options.main ? '' : options.id + '.';
    var size = options.pageSize || 50, all = options.rows, ties = tied(options.ties || all), box, parts = {};
    var keeps = !options.plain && !C.screen;

    function param(name) { return keeps ? C.state[prefix + name] : own[name]; }

    var own = {};

    function set(changes, replace) {
      var named = {};
      for (var name in changes) {
        own[name] = changes[name];
        named[prefix + name] = changes[name];
      }
      if (keeps) { C.go(named, replace, true); }
    }

    function tied(all) {
      var counts = {};
      columns.forEach(function (column) {
        if (column.kind !== 'rank') { return; }
        var seen = counts[column.key] = {};
        all.forEach(function (row) {
          var value = column.value(row);
          if (value !== null && value !== undefined) { seen[value] = (seen[value] || 0) + 1; }
        });
      });
      return counts;
    }

    function order() {
      var asked = param('sort') || '', desc = asked.charAt(0) === '-', key = asked.replace(/^-/, '');
      var known = columns.filter(function (column) { return column.key === key; })[0];
      if (known) { return { column: known, desc: desc }; }
      var given = options.sort || {};
      known = columns.filter(function (column) { return column.key === given.key; })[0];
      return known ? { column: known, desc: Boolean(given.desc) } : null;
    }

    function found() {
      var query = param('q') || '', rows = all, by = order();
      if (query) {
        var match = C.matcher(query), hay = options.search || haystack;
        rows = rows.filter(function (row) { return match(hay(row)); });
      }
      return by ? sorted(rows, by.column, by.desc) : rows;
    }

    /* ---- cells ---- */

    var tops = {};

    /* Values beside bars take one width, so that the bars begin in line. */
    function longest(column) {
      var key = 'text ' + column.key;
      if (!C.has(tops, key)) {
        tops[key] = (options.scale || all).reduce(function (most, row) {
          return Math.max(most, String(textOf(column, row)).length);
        }, 0);
      }
      return tops[key];
    }

    function highest(column) {
      if (!C.has(tops, column.key)) {
        tops[column.key] = (options.scale || all).reduce(function (top, row) {
          return Math.max(top, Math.abs(column.value(row) || 0));
        }, 0);
      }
      return tops[column.key];
    }

    function share(column, row) {
      var top = column.kind === 'percent' ? 1 : highest(column);
      return top ? Math.max(0, Math.min(1, (column.value(row) || 0) / top)) : 0;
    }

    function classOf(column) {
      return (NUMERIC[column.kind] ? 'n ' : '') + 'k-' + (column.kind || 'text') +
        (column.pin ? ' pin pin' + column.pin : '') + (column['class'] ? ' ' + column['class'] : '');
    }

    function tint(part) {
      return 'rgba(' + C.theme().tint + ',' + (0.06 + 0.3 * part).toFixed(2) + ')';
    }

    function cell(column, row) {
      var value = column.value(row), content = column.node ? column.node(row) : null, href, sub, style = null;
      if (!content && column.kind === 'change') { content = C.change(value); }
      if (!content && column.kind === 'rank' && value !== null && value !== undefined) {
        content = [el('b', { 'class': value <= 3 ? 'medal m' + value : null }, C.number(value)),
          ties[column.key][value] > 1 ? el('small', { 'class': 'tie' }, C.t('tie')) : null];
      }
      if (!content) {
        content = String(textOf(column, row));
        href = column.href && column.href(row);
        if (href) { content = el('a', { href: href }, content); }
      }
      if (column.bar) {
        content = [el('span', { 'class': 'bar', 'aria-hidden': 'true' },
          el('i', { style: 'width:' + (share(column, row) * 100).toFixed(1) + '%' })),
        el('span', { 'class': 'beside-bar', style: 'min-width:' + longest(column) + 'ch' }, content)];
      }
      if (column.tint && value) { style = 'background-color:' + tint(share(column, row)); }
      sub = column.sub && column.sub(row);
      return el(column.row ? 'th' : 'td',
        { 'class': classOf(column), scope: column.row ? 'row' : null, style: style }, content,
        sub ? el('small', { 'class': column.row ? 'sub tight' : 'sub' }, sub) : null);
    }

    function line(row) {
      return el('tr', options.rowClass ? { 'class': options.rowClass(row) } : null,
        columns.map(function (column) { return cell(column, row); }));
    }

    /* ---- drawing ---- */

    function fill() {
      var everything = C.printing; // on paper all rows found are shown
      var rows = found(), pages = Math.max(1, Math.ceil(rows.length / size));
      var page = Math.min(Math.max(1, parseInt(param('page'), 10) || 1), pages);
      var from = everything ? 0 : (page - 1) * size;
      var to = everything ? rows.length : Math.min(rows.length, from + size);
      if (C.screen) { from = 0; to = Math.min(rows.length, options.screenRows || 14); }
      C.clear(parts.body);
      for (var i = from; i < to; i += 1) { parts.body.appendChild(line(rows[i])); }
      if (!rows.length) {
        parts.body.appendChild(el('tr', null, el('td', { colspan: columns.length, 'class': 'nothing' },
          C.t(all.length ? 'table.no_match' : options.empty || 'table.empty'))));
      }
      heads();
      if (parts.count) {
        parts.count.textContent = rows.length === all.length
          ? C.t('table.count', { n: C.number(all.length) })
          : C.t('table.found', { n: C.number(rows.length), all: C.number(all.length) });
      }
      if (parts.pager) { pager(page, pages, from, to, rows.length); }
      if (options.onfilter) { options.onfilter(param('q') || '', rows); }
    }

    function heads() {
      var by = order();
      C.each(parts.heads, function (head, i) {
        var column = columns[i];
        if (!head.button) { return; }
        if (by && by.column === column) {
          head.th.setAttribute('aria-sort', by.desc ? 'descending' : 'ascending');
        } else {
          head.th.removeAttribute('aria-sort');
        }
      });
    }

    function sortBy(column) {
      var by = order(), desc = by && by.column === column ? !by.desc : firstDown(column);
      set({ sort: (desc ? '-' : '') + column.key, page: null });
      fill();
    }

    function firstDown(column) {
      return Boolean(NUMERIC[column.kind]) && column.kind !== 'rank' && column.kind !== 'place';
    }

    function pager(page, pages, from, to, total) {
      var at = document.activeElement && document.activeElement.id;
      C.clear(parts.pager);
      parts.pager.hidden = pages < 2;
      if (pages < 2) { return; }
      function button(key, target, off) {
        return el('button', { type: 'button', id: options.id + '-' + key, disabled: off, onclick: function () {
          set({ page: target });
          fill();
          parts.region.scrollTop = 0;
        } }, C.t('table.' + key));
      }
      C.append(parts.pager, button('first', 1, page === 1), button('previous', page - 1, page === 1),
        el('span', { 'aria-live': 'polite' },
          C.t('table.page', { from: C.number(from + 1), to: C.number(to), n: C.number(total) })),
        button('next', page + 1, page === pages), button('last', pages, page === pages));
      var again = at && document.getElementById(at);
      if (again && !again.disabled) { again.focus(); }
    }

    function head(column) {
      var th = el('th', { scope: 'col', 'class': classOf(column) });
      var button = null;
      if (column.value && !C.screen && !options.still) {
        button = el('button', { type: 'button', 'class': 'sort', id: options.id + '-by-' + column.key,
          onclick: function () { sortBy(column); } }, column.title);
      }
      C.append(th, button || column.title, column.define ? C.define(column.define, column.title) : null);
      return { th: th, button: button };
    }

    function joins(column, next) { return next && next.group === column.group && !next.pin; }

    /* Neighbours of one `group` stand below a common head. */
    function groups() {
      if (!columns.some(function (column) { return column.group; })) { return null; }
      var row = el('tr', { 'class': 'groups' }), i = 0;
      while (i < columns.length) {
        var span = 1;
        while (joins(columns[i], columns[i + span])) { span += 1; }
        row.appendChild(columns[i].group ? el('th', { scope: 'colgroup', colspan: span }, columns[i].group)
          : el('td', { colspan: span, 'class': columns[i].pin ? 'pin pin' + columns[i].pin : null }));
        i += span;
      }
      return row;
    }

    function tools() {
      var bar = el('div', { 'class': 'table-tools' });
      if (!options.plain && options.search !== false) {
        var input = el('input', { type: 'search', id: options.id + '-q', placeholder: C.t('table.search'),
          'aria-label': C.t('table.search_in', { name: options.caption }),
          autocomplete: 'off', spellcheck: 'false' });
        input.value = param('q') || '';
        input.addEventListener('input', function () {
          set({ q: input.value, page: null }, true);
          fill();
        });
        bar.appendChild(el('span', { 'class': 'search' }, input));
      }
      parts.count = el('span', { 'class': 'count', 'aria-live': 'polite' });
      C.append(bar, parts.count, options.tools || null, el('span', { 'class': 'exports' },
        exporter('csv'), exporter('xlsx')));
      return bar;
    }

    function exporter(kind) {
      return el('button', { type: 'button', id: options.id + '-' + kind,
        'aria-label': C.t('export.' + kind + '_of', { name: options.caption }),
        onclick: function () { C.exportTable(kind, sheet()); } }, C.t('export.' + kind));
    }

    function sheet() {
      var by = order();
      return {
        name: options.file || options.id, caption: options.caption,
        query: [param('q'), options.filter].filter(Boolean).join(' · '),
        sort: by ? by.column.title + (by.desc ? ' ↓' : ' ↑') : '',
        columns: columns.map(function (column) {
          return { title: (column.group ? column.group + ' · ' : '') + column.title, kind: column.kind || 'text',
            define: column.define, decimals: column.decimals };
        }),
        rows: found().map(function (row) {
          return columns.map(function (column) { return exported(column, row); });
        })
      };
    }

    parts.body = el('tbody');
    parts.heads = columns.map(head);
    parts.region = el('div', { 'class': 'scroll' + (options['class'] ? ' ' + options['class'] : '') +
      (C.screen && all.length > 4 ? ' stretch' : ''), tabindex: '0',
      role: 'region', id: options.id + '-region', 'aria-label': options.caption },
    el('table', null, el('caption', null, el('span', null, options.caption,
      options.define ? C.define(options.define, options.caption) : null)),
      el('thead', null, groups(), el('tr', null, parts.heads.map(function (one) { return one.th; }))),
      parts.body));
    box = el('div', { 'class': options.plain ? 'table' : 'card table', id: options.id });
    if (!C.screen) { box.appendChild(tools()); }
    box.appendChild(parts.region);
    if (!C.screen) {
      parts.pager = el('nav', { 'class': 'pager', 'aria-label': C.t('table.pages_of', { name: options.caption }) });
      box.appendChild(parts.pager);
    }
    fill();
    root.appendChild(box);
    return { box: box, refill: fill };
  };
}());
