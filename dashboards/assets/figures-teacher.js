/* Charts of one teacher, or one school, by rule and day. See figures.js. */
(function () {
  'use strict';

  var F = window.COCKPIT.figures, P = F.parts;
  var hover = P.hover, parts = P.parts, monthName = P.monthName, highest = P.highest, empty = P.empty,
    nothing = P.nothing, placesAxis = P.placesAxis, columnsFor = P.columnsFor, scale = P.scale,
    hoverBox = P.hoverBox;

  /* {rules: [{name, group, points, cap_share}], groups: [name], narrow} */
  F.whereDoPointsComeFrom = function (data, say, theme) {
    if (nothing(data.rules.map(function (rule) { return rule.points; }))) { return empty(say); }
    var most = highest(data.rules.map(function (rule) { return rule.points; }));
    return {
      data: data.groups.map(function (group, g) {
        var own = data.rules
          .map(function (rule, i) { return { rule: rule, at: i }; })
          .filter(function (one) { return one.rule.group === group; });
        return {
          type: 'bar', orientation: 'h', name: F.plain(group), y: own.map(function (one) { return one.at; }),
          x: own.map(function (one) { return one.rule.points; }), width: 0.66,
          marker: { color: theme.palette[g % theme.palette.length] }, cliponaxis: false, textposition: 'outside',
          constraintext: 'none',
          text: own.map(function (one) {
            var share = one.rule.cap_share === null ? '' : ' · ' + say.percent(one.rule.cap_share);
            return say.number(one.rule.points) + share;
          }),
          hoverinfo: 'text',
          hovertext: own.map(function (one) {
            return hover(one.rule.name, [
              group, say.t('figure.points', { n: say.number(one.rule.points) }),
              one.rule.cap_share !== null && say.t('figure.cap_share', { share: say.percent(one.rule.cap_share) })
            ]);
          })
        };
      }),
      layout: {
        height: 70 + 26 * data.rules.length, barmode: 'overlay', hoverlabel: hoverBox(theme), hovermode: 'closest',
        showlegend: true, margin: { t: 4, b: 28 }, legend: { y: -0.02, yanchor: 'top' },
        xaxis: {
          range: [0, most * (data.narrow ? 1.6 : 1.25)], tickformat: ',d', showticklabels: false, zeroline: false,
          nticks: 5
        },
        yaxis: placesAxis(data.rules.map(function (rule) { return rule.name; }), columnsFor(data.narrow))
      }
    };
  };

  /* {year, as_of, day: [], points: [], narrow}: every day of the year as a square, weeks across (on a phone
     down, and none that is yet to come) */
  F.whichDaysEarned = function (data, say, theme) {
    var first = data.year + '-01-01', start = F.weekday(first),
      length = F.daysBetween(first, data.year + '-12-31') + 1;
    var weeks = Math.ceil((start + length) / 7), earned = {}, top = Math.max(highest(data.points), 1), z = [],
      texts = [], ticks = [], names = [], w, d, i, iso, month = 0;
    if (data.narrow && data.as_of < data.year + '-12-31') {
      weeks = Math.max(1, Math.ceil((start + F.daysBetween(first, data.as_of) + 1) / 7));
    }
    data.day.forEach(function (day, at) { earned[day] = data.points[at]; });
    for (w = 0; w < weeks; w += 1) {
      z.push([]);
      texts.push([]);
      for (d = 0; d < 7; d += 1) {
        i = w * 7 + d - start;
        iso = i < 0 || i >= length ? null : F.dayOfYear(data.year, i);
        if (iso && parts(iso).month !== month) {
          month = parts(iso).month;
          ticks.push(w + (parts(iso).day === 1 && d > 3 ? 1 : 0));
          names.push(F.plain(monthName(month, say)));
        }
        z[w].push(iso === null || iso > data.as_of ? null : earned[iso] || 0);
        texts[w].push(iso === null
            ? ''
            : iso > data.as_of
              ? hover(iso, [say.t('figure.to_come')])
              : hover(iso + ' ' + say.t('weekday.' + (d + 1)), [
                  say.t('figure.points', { n: say.number(earned[iso] || 0) })
                ]));
      }
    }
    function turned(matrix) {
      return [0, 1, 2, 3, 4, 5, 6].map(function (at) { return matrix.map(function (row) { return row[at]; }); });
    }
    var days = [0, 1, 2, 3, 4, 5, 6].map(function (at) { return F.plain(say.t('weekday.short.' + (at + 1))); });
    var dayAxis = {
      tickmode: 'array', tickvals: [0, 1, 2, 3, 4, 5, 6], ticktext: days, ticks: '', showgrid: false,
      zeroline: false
    };
    var weekAxis = {
      tickmode: 'array', tickvals: ticks, ticktext: names, ticks: '', showgrid: false, zeroline: false
    };
    if (data.narrow) {
      weekAxis.range = [weeks - 0.5, -0.5];
      dayAxis.side = 'top';
    } else {
      dayAxis.range = [6.5, -0.5];
    }
    return {
      data: [
        {
          type: 'heatmap', z: data.narrow ? z : turned(z), hovertext: data.narrow ? texts : turned(texts),
          hoverinfo: 'text', hoverongaps: true, xgap: 3, ygap: 3, colorscale: scale(theme.sequential), zmin: 0,
          zmax: top, showscale: !data.narrow && !nothing(data.points),
          colorbar: {
            thickness: 10, outlinewidth: 0, tickmode: 'array', tickvals: [0, top],
            ticktext: [say.number(0), say.number(top)], len: 1
          }
        }
      ],
      layout: {
        height: data.narrow ? 60 + 15 * weeks : 200, hoverlabel: hoverBox(theme),
        margin: { t: data.narrow ? 28 : 8, b: 28, l: 36, r: 8 }, xaxis: data.narrow ? dayAxis : weekAxis,
        yaxis: data.narrow ? weekAxis : dayAxis
      }
    };
  };
}());
