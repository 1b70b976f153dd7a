/* Search, and the whole way of one column up to the drops and down to the results. Without it all else works. */
(function () {
  'use strict';

  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }

  /* ---- search ---- */

  var form = document.getElementById('find'), word = document.getElementById('word');
  var hits = document.getElementById('hits');
  var sections = all('section.table').map(function (section) {
    var rows = all('tbody tr', section).map(function (row) {
      return { row: row, text: (row.cells[0].textContent + ' ' + row.cells[1].textContent).toLowerCase() };
    });
    var head = section.querySelector('h3'), about = head.nextElementSibling;
    return { section: section, rows: rows, text: (head.textContent + ' ' + about.textContent).toLowerCase() };
  });

  function search() {
    var sought = word.value.trim().toLowerCase(), tables = 0, columns = 0;
    leave();
    sections.forEach(function (one) {
      var isTable = one.text.indexOf(sought) >= 0, shown = 0;
      one.rows.forEach(function (each) {
        var isHit = each.text.indexOf(sought) >= 0;
        each.row.hidden = !isTable && !isHit;
        each.row.className = sought && isHit ? 'hit' : '';
        shown += isHit ? 1 : 0;
      });
      one.section.hidden = !isTable && !shown;
      tables += isTable ? 1 : 0;
      columns += shown;
    });
    all('section.layer').forEach(function (layer) {
      layer.hidden = !all('section.table', layer).some(function (section) { return !section.hidden; });
    });
    hits.textContent = sought ? tables + ' 张表、' + columns + ' 个字段' : '';
  }

  form.hidden = false;
  word.addEventListener('input', search);
  form.addEventListener('submit', function (event) { event.preventDefault(); });

  /* ---- the whole way ---- */

  var way = null, order = {};
  all('section.table tbody tr').forEach(function (row, at) { order[row.id] = at; });

  function leave() {
    if (way) { way.parentNode.removeChild(way); }
    way = null;
  }

  /* Ids of all columns that links of the cells at `place` lead to, step by step; tables lead no further. */
  function reached(row, place) {
    var found = {}, todo = [row], columns = [], tables = [];
    found[row.id] = true;
    while (todo.length) {
      all('a', todo.pop().cells[place]).forEach(function (link) {
        var id = link.getAttribute('href').slice(1);
        if (found.hasOwnProperty(id)) { return; }
        found[id] = true;
        if (order.hasOwnProperty(id)) {
          columns.push(id);
          todo.push(document.getElementById(id));
        } else {
          tables.push(id);
        }
      });
    }
    return { columns: columns.sort(function (a, b) { return order[a] - order[b]; }), tables: tables.sort() };
  }

  function link(id, text) {
    var made = document.createElement('a');
    made.href = '#' + id;
    made.textContent = text;
    return made;
  }

  /* A line `title：a、b`, to which more can be appended. */
  function line(box, title) {
    var made = document.createElement('div'), count = 0;
    made.appendChild(document.createTextNode(title + '：'));
    box.appendChild(made);
    return function (node) {
      if (count) { made.appendChild(document.createTextNode('、')); }
      count += 1;
      made.appendChild(node);
    };
  }

  function listed(title, ids) {
    var box = document.createElement('div'), head = document.createElement('b'), table = null, add = null;
    head.textContent = title + '（' + ids.columns.length + ' 个字段）';
    box.appendChild(head);
    ids.columns.forEach(function (id) {
      var row = document.getElementById(id);
      var of = row.parentNode.parentNode.parentNode.getAttribute('aria-label');
      add = of === table ? add : line(box, of);
      table = of;
      add(link(id, row.cells[0].textContent));
    });
    if (ids.tables.length) {
      add = line(box, '计行数的表');
      ids.tables.forEach(function (id) { add(link(id, id)); });
    }
    return box;
  }

  function show() {
    var id = window.location.hash.slice(1), row;
    try { id = decodeURIComponent(id); } catch (error) { /* a bare per cent sign: as it is */ }
    row = document.getElementById(id);
    leave();
    if (!row) { return; }
    if (word.value && row.offsetParent === null) {
      word.value = '';
      search();
    }
    if (order.hasOwnProperty(id)) {
      var cell = document.createElement('td');
      way = document.createElement('tr');
      way.className = 'way';
      cell.colSpan = 4;
      cell.appendChild(listed('向上直到原始投递', reached(row, 2)));
      cell.appendChild(listed('向下直到结果', reached(row, 3)));
      way.appendChild(cell);
      row.parentNode.insertBefore(way, row.nextSibling);
    }
    row.scrollIntoView();
  }

  window.addEventListener('hashchange', show);
  if (window.location.hash) { show(); }
}());
