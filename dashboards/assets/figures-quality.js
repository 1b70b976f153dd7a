/* Charts of what became of the data. See figures.js. */
(function () {
  'use strict';

  var F = window.COCKPIT.figures, P = F.parts;
  var hover = P.hover, timeAxis = P.timeAxis, highest = P.highest, empty = P.empty, nothing = P.nothing,
    placesAxis = P.placesAxis, countAxis = P.countAxis, columnsFor = P.columnsFor, hoverBox = P.hoverBox;

  /* {rows: [{name, records}], narrow}, most first */
  F.whyWereRecordsRefused = function (data, say, theme) {
    if (!data.rows.length) { return empty(say); }
    var counts = data.rows.map(function (row) {
        return row.records;
      }),
      total = counts.reduce(function (a, b) { return a + b; }, 0);
    return {
      data: [
        {
          type: 'bar', orientation: 'h', x: counts, y: counts.map(function (n, i) { return i; }), width: 0.62,
          marker: { color: theme.palette[5] }, text: counts.map(function (n) { return say.number(n); }),
          textposition: 'outside', constraintext: 'none', cliponaxis: false, hoverinfo: 'text',
          hovertext: data.rows.map(function (row) {
            return hover(row.name, [
              say.t('figure.records', { n: say.number(row.records) }), say.percent(row.records / total)
            ]);
          })
        }
      ],
      layout: {
        height: 60 + 30 * Math.max(3, data.rows.length), hoverlabel: hoverBox(theme), margin: { t: 4, b: 32 },
        xaxis: countAxis(highest(counts), { range: [0, highest(counts) * 1.25 || 1] }),
        yaxis: placesAxis(data.rows.map(function (row) { return row.name; }), columnsFor(data.narrow))
      }
    };
  };

  /* {days: [drop day], events: [], late: [], narrow}: what came in each drop, on its day or later */
  F.howMuchCameLate = function (data, say, theme) {
    if (!data.days.length || nothing(data.events)) { return empty(say); }
    function trace(key, values, colour) {
      return {
        type: 'bar', name: F.plain(say.t('figure.' + key)), x: data.days, y: values, marker: { color: colour },
        textposition: 'none', hoverinfo: 'text',
        hovertext: data.days.map(function (day, i) {
          return hover(say.t('figure.drop_of', { day: day }), [
            say.t('figure.' + key) + ' ' + say.number(values[i]),
            say.percent(data.events[i] ? values[i] / data.events[i] : null)
          ]);
        })
      };
    }
    return {
      data: [
        trace('on_time', data.events.map(function (n, i) { return n - data.late[i]; }), theme.palette[0]),
        trace('late', data.late, theme.palette[5])
      ],
      layout: {
        barmode: 'stack', bargap: 0.15, hovermode: 'closest', hoverlabel: hoverBox(theme), showlegend: true,
        xaxis: timeAxis(data.days, say, data.narrow), yaxis: countAxis(highest(data.events))
      }
    };
  };
}());
