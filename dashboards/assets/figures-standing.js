/* Charts of who stands where, and of how teachers within a school differ. See figures.js. */
(function () {
  'use strict';

  var F = window.COCKPIT.figures, P = F.parts;
  var letters = P.letters, width = P.width, label = P.label, hover = P.hover, highest = P.highest, empty = P.empty,
    placesAxis = P.placesAxis, countAxis = P.countAxis, niceStep = P.niceStep, columnsFor = P.columnsFor,
    alpha = P.alpha, neutral = P.neutral, diverging = P.diverging, hoverBox = P.hoverBox;

  /* {rows: [{name, moved, rank, before}], narrow}, climbers first */
  F.whoMovedMost = function (data, say, theme) {
    if (!data.rows.length) { return empty(say); }
    var moves = data.rows.map(function (row) { return row.moved; });
    var reach = highest(moves.map(Math.abs)) * 1.3;
    return {
      data: [
        {
          type: 'bar', orientation: 'h', x: moves, y: moves.map(function (move, i) { return i; }), width: 0.62,
          cliponaxis: false,
          marker: { color: moves.map(function (move) { return move > 0 ? theme.palette[0] : theme.palette[1]; }) },
          text: moves.map(function (move) { return (move > 0 ? '▲' : '▼') + Math.abs(move); }),
          textposition: 'outside', constraintext: 'none', hoverinfo: 'text',
          hovertext: data.rows.map(function (row) {
            return hover(row.name, [say.t('figure.moved', { before: row.before, rank: row.rank })]);
          })
        }
      ],
      layout: {
        height: 70 + 30 * Math.max(3, data.rows.length), hoverlabel: hoverBox(theme), margin: { t: 4, b: 28 },
        xaxis: {
          range: [-reach, reach], zeroline: true, zerolinecolor: theme.soft, showticklabels: false, showgrid: false
        },
        yaxis: placesAxis(data.rows.map(function (row) { return row.name; }), columnsFor(data.narrow))
      }
    };
  };

  /* {rows: [name], rules: [name], index: [[]], cap_share: [[]], narrow}: coloured by standing among a rule's rows.
     On a phone rules run down and cells stay without text. */
  F.whatIsEachGoodAt = function (data, say, theme) {
    if (!data.rows.length || !data.rules.length) { return empty(say); }
    var standing = F.standing(data.index), texts = [], hovers = [];
    data.rows.forEach(function (name, r) {
      texts.push([]);
      hovers.push([]);
      data.rules.forEach(function (rule, c) {
        var share = data.cap_share[r][c];
        var used = share === null ? '' : '<br>' + Math.floor(share * 100 + 0.5) + '%';
        texts[r].push(data.index[r][c] === null ? '' : say.index(data.index[r][c]) + used);
        hovers[r].push(hover(name, [
          rule, say.t('figure.index', { n: say.index(data.index[r][c]) }),
          say.t('figure.cap_share', { share: say.percent(share) }),
          standing[r][c] === null ? '' : say.t('figure.standing', { n: say.signed(standing[r][c], 1) })
        ]));
      });
    });
    function turned(matrix) {
      return data.rules.map(function (rule, c) { return matrix.map(function (row) { return row[c]; }); });
    }
    var down = data.narrow ? data.rules : data.rows, across = data.narrow ? data.rows : data.rules;
    var cells = data.narrow ? turned(standing) : standing;
    var trace = {
      type: 'heatmap', x: across.map(function (name, i) { return i; }),
      y: down.map(function (name, i) { return i; }), z: cells, colorscale: diverging(theme), zmin: -2, zmax: 2,
      zmid: 0, xgap: 1, ygap: 1, hoverinfo: 'text', hovertext: data.narrow ? turned(hovers) : hovers,
      showscale: !data.narrow,
      colorbar: {
        thickness: 10, outlinewidth: 0, tickmode: 'array', tickvals: [-2, 0, 2], len: 0.7,
        ticktext: [say.t('figure.below'), say.t('figure.mean'), say.t('figure.above')].map(F.plain)
      }
    };
    if (!data.narrow) {
      trace.text = texts;
      trace.texttemplate = '%{text}';
      trace.textfont = { color: theme.text };
    }
    var folded = across.map(function (name) { return halved(F.shortened(name, 16)); });
    var upright = !data.narrow &&
      folded.every(function (lines) { return lines.every(function (line) { return width(letters(line)) <= 8; }); });
    var heads = upright ? folded.map(function (lines) { return lines.map(F.plain).join('<br>'); })
      : F.labels(across, data.narrow ? 10 : 20);
    return {
      data: [trace],
      layout: {
        height: (data.narrow ? 24 : 36) * down.length + (upright ? 64 : data.narrow ? 110 : 150),
        hoverlabel: hoverBox(theme), margin: { t: upright ? 48 : data.narrow ? 76 : 120, b: 8, l: 8, r: 8 },
        xaxis: {
          tickmode: 'array', tickvals: trace.x, ticktext: heads, side: 'top',
          tickangle: upright ? 0 : data.narrow ? -90 : -50, ticks: '', showgrid: false, zeroline: false,
          range: [-0.5, across.length - 0.5]
        },
        yaxis: {
          tickmode: 'array', tickvals: trace.y, ticktext: F.labels(down, columnsFor(data.narrow)), ticks: '',
          range: [down.length - 0.5, -0.5], showgrid: false, zeroline: false, ticklabelstandoff: 4
        }
      }
    };
  };

  /* In two lines: at its space, else in its middle. */
  function halved(name) {
    var space = name.indexOf(' '), all = letters(name), middle = Math.ceil(all.length / 2);
    return space > 0
      ? [name.slice(0, space), name.slice(space + 1)]
      : all.length < 4 ? [name] : [all.slice(0, middle).join(''), all.slice(middle).join('')];
  }

  var SYMBOLS = ['circle', 'diamond', 'square', 'triangle-up', 'cross', 'star', 'hexagon', 'x'];

  /* {schools: [{name, teachers, index, group, note}], groups: [name], average, named: [positions to label], narrow} */
  F.doesSizeMatter = function (data, say, theme) {
    if (!data.schools.length) { return empty(say); }
    var groups = data.groups.length ? data.groups : [null],
      top = highest(data.schools.map(function (one) { return one.index; }));
    var most = highest(data.schools.map(function (one) { return one.teachers; }));
    var traces = groups
      .map(function (group, g) {
        var own = data.schools.filter(function (one) { return group === null || one.group === group; });
        return {
          type: 'scatter', mode: 'markers', name: F.plain(group === null ? '' : group),
          x: own.map(function (one) { return one.teachers; }), y: own.map(function (one) { return one.index; }),
          customdata: own.map(function (one) { return one.id; }),
          marker: {
            color: theme.palette[g % theme.palette.length], symbol: SYMBOLS[g % SYMBOLS.length],
            size: own.length > 400 ? 6 : 9, opacity: 0.75, line: { color: theme.paper, width: 0.5 }
          },
          hoverinfo: 'text',
          hovertext: own.map(function (one) {
            return hover(one.name, [
              one.note, say.t('figure.index', { n: say.index(one.index) }),
              say.t('figure.listed', { n: say.number(one.teachers) })
            ]);
          })
        };
      })
      .filter(function (trace) { return trace.x.length; });
    var above = 0,
      annotations = data.named.map(function (at, i) {
        var one = data.schools[at], right = one.teachers > most * 0.6;
        above = i % 2 ? 16 : -16;
        return {
          x: one.teachers, y: one.index, text: label(one.name, data.narrow ? 14 : 22), showarrow: true,
          arrowhead: 0, arrowwidth: 1, arrowcolor: theme.soft, ax: right ? -18 : 18, ay: above,
          xanchor: right ? 'right' : 'left', bgcolor: alpha(theme.paper, 0.7)
        };
      });
    if (data.average !== null) {
      annotations.push({
        xref: 'paper', x: 1, y: data.average,
        text: F.plain(say.t('figure.average', { n: say.index(data.average) })), showarrow: false, xanchor: 'right',
        yanchor: 'bottom', font: { color: theme.soft }
      });
    }
    return {
      data: traces,
      layout: {
        hovermode: 'closest', hoverlabel: hoverBox(theme), showlegend: traces.length > 1, annotations: annotations,
        margin: { b: 52, t: 24 },
        shapes:
          data.average === null
            ? []
            : [
                {
                  type: 'line', xref: 'paper', x0: 0, x1: 1, y0: data.average, y1: data.average,
                  line: { color: theme.soft, width: 1, dash: 'dash' }
                }
              ],
        xaxis: {
          title: { text: F.plain(say.t('figure.axis_teachers')) }, range: [0, most * 1.06 + 1], tickformat: ',d',
          zeroline: false
        },
        yaxis: {
          title: { text: F.plain(say.t('figure.axis_index')) }, range: [0, top ? top * 1.1 : 1], zeroline: false
        }
      }
    };
  };

  /* {rows: [{name, least, q1, median, q3, most, zero_share, teachers}], narrow}: the middle half as a box, all as a
     line, and beside it the share of teachers without a point */
  F.howDoTeachersDiffer = function (data, say, theme) {
    if (!data.rows.length) { return empty(say); }
    var blue = theme.palette[0], places = data.rows.map(function (row, i) { return i; });
    function all(key) { return data.rows.map(function (row) { return row[key]; }); }
    var hovers = data.rows.map(function (row) {
      return hover(row.name, [
        say.t('figure.spread', {
          least: say.number(row.least), q1: say.number(row.q1), median: say.number(row.median),
          q3: say.number(row.q3), most: say.number(row.most)
        }),
        say.t('figure.zero_share', { share: say.percent(row.zero_share), n: say.number(row.teachers) })
      ]);
    });
    var traces = [
      {
        type: 'box', orientation: 'h', y: places, q1: all('q1'), median: all('median'), q3: all('q3'),
        lowerfence: all('least'), upperfence: all('most'), fillcolor: alpha(blue, 0.25),
        line: { color: blue, width: 1.5 }, width: 0.56, whiskerwidth: 0.4, hoverinfo: 'skip', boxpoints: false,
        showlegend: false
      },
      {
        type: 'scatter', mode: 'markers', x: all('median'), y: places,
        marker: { color: blue, size: 9, symbol: 'diamond' }, hoverinfo: 'text', hovertext: hovers, showlegend: false
      }
    ];
    var layout = {
      height: 84 + 30 * Math.max(2, data.rows.length), hoverlabel: hoverBox(theme), hovermode: 'closest',
      margin: { t: 4, b: 48 },
      xaxis: {
        title: { text: F.plain(say.t('figure.axis_points')) }, range: [0, highest(all('most')) * 1.04 || 1],
        tickformat: ',d', nticks: 7, zeroline: false
      },
      yaxis: placesAxis(data.rows.map(function (row) { return row.name; }), columnsFor(data.narrow))
    };
    if (!data.narrow) {
      traces.push({
        type: 'bar', orientation: 'h', y: places, x: all('zero_share'), xaxis: 'x2', yaxis: 'y',
        marker: { color: theme.palette[1] }, width: 0.56,
        text: data.rows.map(function (row) { return say.percent(row.zero_share); }), textposition: 'outside',
        constraintext: 'none', cliponaxis: false, hoverinfo: 'text', hovertext: hovers, showlegend: false
      });
      layout.xaxis.domain = [0, 0.74];
      layout.xaxis2 = {
        title: { text: F.plain(say.t('figure.axis_zero')) }, domain: [0.79, 0.96],
        range: [0, Math.max(highest(all('zero_share')) * 1.2, 0.1)], tickformat: '.0%', nticks: 3, zeroline: false,
        anchor: 'y'
      };
    }
    return { data: traces, layout: layout };
  };

  /* Bars of equal width from 1 on; who has no point stands apart: [{from, to (inclusive), count}] */
  F.bins = function (points) {
    var top = highest(points), step = Math.max(1, niceStep(Math.ceil(top / 20))),
      told = [{ from: 0, to: 0, count: 0 }], from;
    for (from = 1; from <= top; from += step) { told.push({ from: from, to: from + step - 1, count: 0 }); }
    points.forEach(function (value) { told[value > 0 ? 1 + Math.floor((value - 1) / step) : 0].count += 1; });
    return told;
  };

  /* {points: [each teacher's], median, q1, q3, narrow} */
  F.howManyEarnHowMuch = function (data, say, theme) {
    if (!data.points.length) { return empty(say); }
    var bins = F.bins(data.points), counts = bins.map(function (bin) { return bin.count; });
    var names = bins.map(function (bin) {
      return bin.from === bin.to ? say.number(bin.from) : say.number(bin.from) + '–' + say.number(bin.to);
    });
    var every = Math.max(1, Math.ceil(bins.length / (data.narrow ? 6 : 11)));
    function at(value) {
      var step = bins.length > 1 ? bins[1].to - bins[1].from + 1 : 1;
      return value <= 0 ? 0 : 0.5 + value / step;
    }
    var shapes = [], annotations = [];
    if (data.median !== null) {
      shapes.push({
        type: 'rect', x0: at(data.q1), x1: at(data.q3), yref: 'paper', y0: 0, y1: 1,
        fillcolor: alpha(theme.palette[1], 0.13), line: { width: 0 }, layer: 'below'
      });
      shapes.push({
        type: 'line', x0: at(data.median), x1: at(data.median), yref: 'paper', y0: 0, y1: 1,
        line: { color: theme.palette[1], width: 2 }
      });
      annotations.push({
        x: at(data.median), yref: 'paper', y: 1, yanchor: 'bottom', showarrow: false,
        text: F.plain(say.t('figure.median', { n: say.number(data.median) }))
      });
    }
    return {
      data: [
        {
          type: 'bar', x: bins.map(function (bin, i) { return i; }), y: counts, width: 0.9, textposition: 'none',
          marker: { color: bins.map(function (bin, i) { return i ? theme.palette[0] : neutral(theme); }) },
          hoverinfo: 'text',
          hovertext: bins.map(function (bin, i) {
            return hover(say.t('figure.points', { n: names[i] }), [
              say.t('figure.teachers', { n: say.number(bin.count) }), say.percent(bin.count / data.points.length)
            ]);
          })
        }
      ],
      layout: {
        shapes: shapes, annotations: annotations, hoverlabel: hoverBox(theme), margin: { t: 24, b: 52 },
        xaxis: {
          title: { text: F.plain(say.t('figure.axis_points')) }, tickmode: 'array', showgrid: false,
          range: [-0.6, bins.length - 0.4],
          tickvals: bins
            .map(function (bin, i) { return i; })
            .filter(function (i) { return i % every === 0; }),
          ticktext: names.filter(function (name, i) { return i % every === 0; }), zeroline: false
        },
        yaxis: countAxis(highest(counts), { title: { text: F.plain(say.t('figure.axis_count')) } })
      }
    };
  };
}());
