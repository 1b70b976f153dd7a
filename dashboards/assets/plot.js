/* Figures: colours, the one place Plotly is configured, and its late loading. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el;

  /* Its mode bar would upload the chart's data to a server of its maker. */
  C.plotlyConfig = {
    displayModeBar: false, displaylogo: false, plotlyServerURL: '', responsive: true, showSendToCloud: false
  };

  var LIGHT = {
    dark: false, text: '#1b2533', soft: '#556172', grid: '#e1e6ed', paper: '#ffffff',
    accent: '#00609c', tint: '0,114,178',
    palette: ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00', '#8A7F00', '#000000'],
    sequential: ['#f2f6fa', '#cfe1f0', '#9cc4e2', '#5f9fcd', '#2676b0', '#0b4f86', '#06325a']
  };
  var DARK = {
    dark: true, text: '#e7ecf3', soft: '#a7b3c2', grid: '#2c3745', paper: '#171f29',
    accent: '#79c0f2', tint: '86,180,233',
    palette: ['#56B4E9', '#E69F00', '#2CC49A', '#CC79A7', '#F0E442', '#F0804A', '#A5AEFF', '#FFFFFF'],
    sequential: ['#1b2735', '#1d3b57', '#1f527d', '#2b70a8', '#4a95cf', '#83bfea', '#d3eafa']
  };
  var SCREEN = {
    dark: true, text: '#e9f1fb', soft: '#a9bcd6', grid: '#203a5e', paper: '#0d1f3a',
    accent: '#5cc8ff', tint: '86,180,233',
    palette: DARK.palette, sequential: ['#11294b', '#153d69', '#1a568e', '#2775b6', '#4a9bd8', '#86c6f0', '#dbf1ff']
  };

  var media = window.matchMedia ? window.matchMedia('(prefers-color-scheme: dark)') : { matches: false };

  C.theme = function () {
    if (C.printing) { return LIGHT; }
    if (C.screen) { return SCREEN; }
    return C.scheme === 'dark' || (C.scheme === 'auto' && media.matches) ? DARK : LIGHT;
  };

  if (media.addListener) {
    media.addListener(function () { if (C.core && C.scheme === 'auto') { C.render(); } });
  }

  /* Paper is white, shows every row and has its own width, which Plotly cannot know: all is drawn anew for it. */
  window.addEventListener('beforeprint', function () {
    var view = C.core && C.viewOf(C.state.view);
    if (!view) { return; }
    C.printing = view.landscape ? 1010 : 690;
    C.render();
    if (window.Plotly) { drawAll(); }
  });
  window.addEventListener('afterprint', function () {
    if (!C.printing) { return; }
    C.printing = null;
    C.render();
  });

  /* Plotly is 5 MB: it comes after the tables have been painted, and only where a figure asks for it. */
  var queue = [], asked = false, failed = false;

  C.forgetFigures = function () {
    C.each(queue, function (one) { if (window.Plotly && one.drawn) { window.Plotly.purge(one.holder); } });
    queue = [];
  };

  function drawAll() {
    C.each(queue, function (one) {
      if (one.drawn || !document.body.contains(one.holder)) { return; }
      one.drawn = true;
      draw(one);
    });
  }

  function sizeOf(holder) { return holder.clientWidth + ' ' + holder.clientHeight; }

  C.resizeFigures = function () {
    C.each(queue, function (one) {
      if (one.drawn && one.size !== sizeOf(one.holder)) {
        one.size = sizeOf(one.holder);
        window.Plotly.relayout(one.holder, { width: one.holder.clientWidth, height: one.holder.clientHeight });
      }
    });
  };

  function ask() {
    if (window.Plotly) { window.setTimeout(drawAll, 0); return; }
    if (asked) { return; }
    asked = true;
    window.setTimeout(function () {
      C.script(document.body.getAttribute('data-assets') + 'plotly.min.js', C.version, drawAll, function () {
        failed = true;
        C.each(queue, function (one) { one.note.textContent = C.t('figure.failed'); });
      });
    }, 60);
  }

  function merge(base, over) {
    for (var key in over) {
      if (over[key] && typeof over[key] === 'object' && !Array.isArray(over[key]) && base[key] &&
          typeof base[key] === 'object') {
        merge(base[key], over[key]);
      } else {
        base[key] = over[key];
      }
    }
    return base;
  }

  function dressed(layout, holder) {
    var theme = C.theme(), size = parseFloat(window.getComputedStyle(document.documentElement).fontSize);
    var base = {
      autosize: true, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', dragmode: false,
      font: { color: theme.text, family: window.getComputedStyle(document.body).fontFamily,
        size: Math.round(size * 0.82) },
      colorway: theme.palette, margin: { l: 48, r: 16, t: 12, b: 40 },
      hoverlabel: { bgcolor: theme.paper, bordercolor: theme.grid, font: { color: theme.text } },
      legend: { orientation: 'h', x: 0, y: 1.02, yanchor: 'bottom' }
    };
    var full = merge(base, JSON.parse(JSON.stringify(layout || {})));
    for (var key in full) {
      if (/^[xy]axis\d*$/.test(key)) {
        full[key] = merge({ gridcolor: theme.grid, zerolinecolor: theme.grid, linecolor: theme.grid,
          automargin: true, fixedrange: true }, full[key]);
      }
    }
    full.height = holder.clientHeight;
    /* On a zoomed screen Plotly would measure amiss. */
    if (C.screen) { full.width = holder.clientWidth; }
    if (C.printing) { full.width = C.printing; }
    return full;
  }

  function draw(one) {
    var figure = typeof one.options.figure === 'function' ? one.options.figure() : one.options.figure;
    C.clear(one.holder);
    one.note.textContent = '';
    one.size = sizeOf(one.holder);
    window.Plotly.newPlot(one.holder, figure.data, dressed(figure.layout, one.holder), C.plotlyConfig);
    if (one.options.onclick) {
      one.holder.on('plotly_click', function (event) { one.options.onclick(event.points[0]); });
    }
  }

  /* A chart, its summary in words and its table twin. */
  C.figure = function (root, options) {
    var layout = (typeof options.figure === 'function' ? {} : options.figure.layout) || {};
    var height = options.height || layout.height || 320;
    var holder = el('div', { 'class': 'plot', id: options.id, role: 'img', style: 'height:' + height / 16 + 'rem',
      'aria-label': C.t('figure.label', { title: options.title, summary: options.summary || '' }) });
    var note = el('p', { 'class': 'plot-note' }, failed ? C.t('figure.failed') : '');
    var box = el('figure', { 'class': 'card figure' + (options.wide ? ' wide' : '') },
      el('figcaption', null,
        el('h3', null, options.title, options.define ? [' ', C.define(options.define, options.title)] : null),
        options.summary ? el('p', { 'class': 'summary' }, options.summary) : null),
      holder, note);
    root.appendChild(box);
    if (options.table && !C.screen) { twin(box, options); }
    queue.push({ holder: holder, note: note, options: options, drawn: false });
    if (!failed) { ask(); }
    return box;
  };

  /* The twin is made when first opened: most readers never do. */
  function twin(box, options) {
    var made = false, inside = el('div', null);
    var details = el('details', { 'class': 'twin' }, el('summary', null, C.t('figure.table')), inside);
    details.addEventListener('toggle', function () {
      if (details.open && !made) {
        made = true;
        var table = options.table;
        if (!table.id) { table.id = options.id + '-table'; }
        if (!table.caption) { table.caption = options.title; }
        table.plain = true;
        C.table(inside, table);
      }
    });
    box.appendChild(details);
  }
}());
