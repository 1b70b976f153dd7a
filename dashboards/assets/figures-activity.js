/* Charts of activity and of points over time. See figures.js. */
(function () {
  'use strict';

  var F = window.COCKPIT.figures, P = F.parts;
  var hover = P.hover, timeAxis = P.timeAxis, highest = P.highest, empty = P.empty, nothing = P.nothing,
    countAxis = P.countAxis, totals = P.totals, niceStep = P.niceStep, alpha = P.alpha, neutral = P.neutral,
    scale = P.scale, hoverBox = P.hoverBox;

  /* {weeks: [Monday], series: [{name, points: []}], narrow} */
  F.whichCategoriesEarn = function (data, say, theme) {
    var series = data.series.filter(function (one) { return !nothing(one.points); });
    if (!data.weeks.length || !series.length) { return empty(say); }
    return {
      data: data.series.map(function (one, i) {
        return {
          type: 'bar', name: F.plain(one.name), x: data.weeks, y: one.points,
          marker: { color: theme.palette[i % theme.palette.length] }, hoverinfo: 'text',
          hovertext: data.weeks.map(function (week, w) {
            return hover(one.name, [
              say.t('figure.week_of', { day: week }), say.t('figure.points', { n: say.number(one.points[w]) })
            ]);
          }),
          textposition: 'none', offset: 0, width: 6 * 864e5
        };
      }),
      layout: {
        barmode: 'stack', bargap: 0.12, hovermode: 'closest', hoverlabel: hoverBox(theme),
        xaxis: timeAxis(data.weeks, say, data.narrow),
        yaxis: countAxis(highest(totals(data.series.map(function (one) { return one.points; })))), showlegend: true
      }
    };
  };

  function periodName(unit, day, say) {
    return say.t('figure.' + unit + '_of', { day: unit === 'month' ? day.slice(0, 7) : day });
  }

  /* {starts: [day], active: [], teachers, unit: 'day'|'week'|'month', narrow}: days as a line, others as bars */
  F.howManyAreActive = function (data, say, theme) {
    if (!data.starts.length || nothing(data.active)) { return empty(say); }
    var blue = theme.palette[0], top = Math.max(highest(data.active) * 1.08, 1),
      texts = data.starts.map(function (day, i) {
        return hover(periodName(data.unit, day, say), [
          say.t('figure.active', { n: say.number(data.active[i]) }),
          data.teachers && say.t('figure.of_listed',
            { share: say.percent(data.active[i] / data.teachers), n: say.number(data.teachers) })
        ]);
      });
    var traces = [];
    if (data.unit === 'day') {
      traces.push({
        type: 'scatter', mode: 'lines', name: F.plain(say.t('figure.each_day')), x: data.starts, y: data.active,
        fill: 'tozeroy', line: { color: alpha(blue, 0.55), width: 1 }, fillcolor: alpha(blue, 0.16),
        hoverinfo: 'text', hovertext: texts
      });
      if (data.starts.length > 13) {
        traces.push({
          type: 'scatter', mode: 'lines', name: F.plain(say.t('figure.seven_days')), x: data.starts,
          y: F.sevenDays(data.active), line: { color: theme.palette[1], width: 2.5 }, hoverinfo: 'skip'
        });
      }
    } else {
      traces.push({
        type: 'bar', name: F.plain(say.t('figure.active_name')), x: data.starts, y: data.active,
        marker: { color: blue }, hoverinfo: 'text', hovertext: texts, textposition: 'none'
      });
    }
    /* The right axis counts the same as shares; Plotly draws an axis only for a trace. */
    if (data.teachers) {
      traces.push({
        type: 'scatter', mode: 'lines', x: [data.starts[0]], y: [0], yaxis: 'y2', hoverinfo: 'skip',
        showlegend: false, line: { width: 0 }
      });
    }
    return {
      data: traces,
      layout: {
        bargap: 0.2, hovermode: 'closest', hoverlabel: hoverBox(theme),
        xaxis: timeAxis(data.starts, say, data.narrow), showlegend: traces.length > 2,
        yaxis: countAxis(top, { range: [0, top] }),
        yaxis2: {
          range: [0, data.teachers ? top / data.teachers : 1], overlaying: 'y', side: 'right', tickformat: '.0%',
          tickmode: 'linear', tick0: 0, dtick: data.teachers ? shareStep(top / data.teachers) : 1, showgrid: false,
          zeroline: false
        },
        margin: { r: data.teachers ? 44 : 16 }
      }
    };
  };

  /* A step in which some five ticks reach `top`. */
  function shareStep(top) {
    return ([0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5].filter(function (step) { return top / step <= 5.5; })[0] || 1);
  }

  /* The mean of each day and the six before it; null for the first six. */
  F.sevenDays = function (values) {
    return values.map(function (value, i) {
      if (i < 6) { return null; }
      var sum = 0;
      for (var back = 0; back < 7; back += 1) { sum += values[i - back]; }
      return sum / 7;
    });
  };

  /* {starts, gained: [], back: [], lost: [], unit, narrow}: who is new and who is back up, who is lost down */
  F.whoCameAndWent = function (data, say, theme) {
    if (!data.starts.length || nothing(data.gained.concat(data.back, data.lost))) { return empty(say); }
    function side(values, sign, key, colour) {
      return {
        type: 'bar', name: F.plain(say.t('figure.' + key)), x: data.starts, marker: { color: colour },
        hoverinfo: 'text', textposition: 'none',
        y: values.map(function (value) { return value === null ? null : sign * value; }),
        hovertext: data.starts.map(function (day, i) {
          return hover(periodName(data.unit, day, say), [
            say.t('figure.' + key + '_n', { n: say.number(values[i]) })
          ]);
        })
      };
    }
    var up = highest(
        data.gained.map(function (n, i) { return n + data.back[i]; })
      ),
      down = highest(data.lost), ticks = [], n;
    var step = niceStep(Math.max(up, down, 1) / 3);
    for (n = -Math.floor(down / step); n <= Math.floor(up / step); n += 1) { ticks.push(n * step); }
    return {
      data: [
        side(data.back, 1, 'back', theme.palette[0]), side(data.gained, 1, 'gained', theme.palette[2]),
        side(data.lost, -1, 'lost', theme.palette[1])
      ],
      layout: {
        barmode: 'relative', bargap: 0.2, hovermode: 'closest', hoverlabel: hoverBox(theme), showlegend: true,
        xaxis: timeAxis(data.starts, say, data.narrow),
        yaxis: {
          tickmode: 'array', tickvals: ticks,
          ticktext: ticks.map(function (tick) { return say.number(Math.abs(tick)); }), zeroline: true,
          zerolinecolor: theme.soft
        }
      }
    };
  };

  /* {hours: 7 lists of 24, Monday first} */
  F.whenAreTheyActive = function (data, say, theme) {
    if (nothing([].concat.apply([], data.hours))) { return empty(say); }
    var hours = [], days = [], h;
    for (h = 0; h < 24; h += 1) { hours.push(h); }
    for (h = 0; h < 7; h += 1) { days.push(say.t('weekday.' + (h + 1))); }
    return {
      data: [
        {
          type: 'heatmap', x: hours, y: [0, 1, 2, 3, 4, 5, 6], z: data.hours, colorscale: scale(theme.sequential),
          zmin: 0, xgap: 2, ygap: 2, hoverinfo: 'text',
          hovertext: data.hours.map(function (row, d) {
            return row.map(function (acts, hour) {
              return hover(days[d] + ' ' + say.t('figure.hour', { from: hour, to: hour + 1 }), [
                say.t('figure.acts', { n: say.number(acts) })
              ]);
            });
          }),
          colorbar: { thickness: 10, outlinewidth: 0, tickformat: ',d', nticks: 5, len: 1 }, showscale: !data.narrow
        }
      ],
      layout: {
        hoverlabel: hoverBox(theme), margin: { l: 44 },
        xaxis: {
          tickmode: 'array', tickvals: data.narrow ? [0, 6, 12, 18] : [0, 3, 6, 9, 12, 15, 18, 21],
          ticktext: (data.narrow ? [0, 6, 12, 18] : [0, 3, 6, 9, 12, 15, 18, 21]).map(function (hour) {
            return say.t('figure.oclock', { n: hour });
          }),
          ticks: '', showgrid: false, zeroline: false
        },
        yaxis: {
          tickmode: 'array', tickvals: [0, 1, 2, 3, 4, 5, 6], ticktext: days.map(F.plain), range: [6.5, -0.5],
          ticks: '', showgrid: false, zeroline: false
        }
      }
    };
  };

  /* {buckets: [{name, teachers}]} */
  F.howLongAreStreaks = function (data, say, theme) {
    var counts = data.buckets.map(function (bucket) {
        return bucket.teachers;
      }),
      total = counts.reduce(function (a, b) { return a + b; }, 0);
    if (!total) { return empty(say); }
    return {
      data: [
        {
          type: 'bar', x: data.buckets.map(function (bucket, i) { return i; }), y: counts,
          marker: {
            color: data.buckets.map(function (bucket, i) { return i ? theme.palette[0] : neutral(theme); })
          },
          text: counts.map(function (n) { return say.number(n) + '<br>' + say.percent(n / total); }),
          textposition: 'outside', constraintext: 'none', cliponaxis: false, hoverinfo: 'text',
          hovertext: data.buckets.map(function (bucket) {
            return hover(bucket.name, [
              say.t('figure.teachers', { n: say.number(bucket.teachers) }), say.percent(bucket.teachers / total)
            ]);
          })
        }
      ],
      layout: {
        bargap: 0.35, hoverlabel: hoverBox(theme), margin: { t: 16 },
        xaxis: {
          tickmode: 'array', tickvals: data.buckets.map(function (bucket, i) { return i; }),
          ticktext: data.buckets.map(function (bucket) { return F.plain(bucket.name); }), tickangle: 0,
          showgrid: false
        },
        yaxis: countAxis(highest(counts), { range: [0, highest(counts) * 1.28] })
      }
    };
  };
}());
