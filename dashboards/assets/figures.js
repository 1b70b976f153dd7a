/* Charts as pure functions (data, say, theme) -> {data, layout} for Plotly, each named after the question it answers
   (figures-*.js), and here what they share.
   `say` speaks: t, number, index, percent, signed (the kit has them). No clock, no page, no other state is read, so
   equal data give equal charts. Colours are of Okabe and Ito's palette, scales run in lightness: both can be told
   apart by colour-blind readers. `narrow` in the data asks for a shape that fits a phone. */
(function () {
  'use strict';

  var F = (window.COCKPIT.figures = {});

  /* ---- text ---- */

  /* Text as Plotly shows it literally: it would read <, > and & as markup. */
  F.plain = function (text) {
    return String(text === null || text === undefined ? '' : text)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;');
  };

  function columnsOf(character) { return character.charCodeAt(0) > 0x2e7f ? 2 : 1; }

  /* Characters, surrogate pairs whole. */
  function letters(text) { return String(text).match(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S]/g) || []; }

  function width(list) { return list.reduce(function (sum, character) { return sum + columnsOf(character); }, 0); }

  /* Cut to so many half-width columns (a Chinese character takes two). The cut is after the first third: schools of
     one city begin alike and differ at the end. */
  F.shortened = function (text, columns) {
    var all = letters(text === null || text === undefined ? '' : text), head = [], tail = [], i;
    if (width(all) <= columns) { return all.join(''); }
    for (i = 0; i < all.length && width(head) + columnsOf(all[i]) <= columns / 3; i += 1) { head.push(all[i]); }
    for (i = all.length - 1; i >= 0 && width(head) + 1 + width(tail) + columnsOf(all[i]) <= columns; i -= 1) {
      tail.unshift(all[i]);
    }
    return head.join('') + '…' + tail.join('');
  };

  /* A whole name over as many lines as it needs: hover boxes don't wrap. */
  function wrapped(text) {
    var lines = [], line = [];
    letters(text === null || text === undefined ? '' : text).forEach(function (character) {
      if (width(line) + columnsOf(character) > 36) {
        lines.push(line.join(''));
        line = [];
      }
      line.push(character);
    });
    lines.push(line.join(''));
    return lines.map(F.plain).join('<br>');
  }

  function label(text, columns) { return F.plain(F.shortened(text, columns)); }

  /* Empty lines are left out. */
  function hover(name, lines) {
    var told = lines.filter(Boolean).map(function (line) { return '<br>' + F.plain(line); });
    return '<b>' + wrapped(name) + '</b>' + told.join('');
  }

  /* ---- days ---- */

  function parts(iso) {
    return { year: Number(iso.slice(0, 4)), month: Number(iso.slice(5, 7)), day: Number(iso.slice(8, 10)) };
  }

  /* Days since 0001-01-01, by the calendar: Date would take the year 22 for 1922. */
  function ordinal(iso) {
    var at = parts(iso), y = at.month < 3 ? at.year - 1 : at.year, m = (at.month + 9) % 12;
    return (365 * y + Math.floor(y / 4) -
      Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((m * 306 + 5) / 10) + at.day -
      307);
  }

  F.daysBetween = function (first, last) { return ordinal(last) - ordinal(first); };

  /* 0 for a Monday. */
  F.weekday = function (iso) { return ((ordinal(iso) % 7) + 7) % 7; };

  /* The i-th day of a year, 0 for New Year. */
  F.dayOfYear = function (year, i) {
    var lengths = [
        31, (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
        31
      ],
      month = 0;
    while (i >= lengths[month]) {
      i -= lengths[month];
      month += 1;
    }
    return ('0000' + year).slice(-4) + '-' + ('0' + (month + 1)).slice(-2) + '-' + ('0' + (i + 1)).slice(-2);
  };

  function monthName(month, say) { return say.t('month.' + month); }

  /* Ticks where a month begins in `days` (in order): at most `most`, a year's first one tells the year. A first month
     that is half over gets none: its tick would lie on the next one's. */
  function monthTicks(days, say, most) {
    var found = [], last = '', step, year = null;
    days.forEach(function (iso, i) {
      var month = iso.slice(0, 7);
      if (month !== last && (i || parts(iso).day < 16)) {
        found.push({ at: iso, year: parts(iso).year, month: parts(iso).month });
      }
      last = month;
    });
    if (!found.length && days.length) {
      found = [{ at: days[0], year: parts(days[0]).year, month: parts(days[0]).month }];
    }
    step = [1, 2, 3, 6, 12].filter(function (s) { return found.length / s <= most; })[0] || 12;
    if (step > 1) { found = found.filter(function (one) { return (one.month - 1) % step === 0; }); }
    return {
      tickmode: 'array', tickvals: found.map(function (one) { return one.at; }),
      ticktext: found.map(function (one) {
        var told =
          monthName(one.month, say) + (one.year !== year ? '<br>' + say.t('month.year', { year: one.year }) : '');
        year = one.year;
        return told;
      })
    };
  }

  function timeAxis(days, say, narrow) {
    var axis = monthTicks(days, say, narrow ? 6 : 12);
    axis.type = 'date';
    axis.showgrid = false;
    return axis;
  }

  /* ---- numbers ---- */

  function highest(values) {
    return values.reduce(function (top, value) { return value !== null && value > top ? value : top; }, 0);
  }

  function known(values) {
    return values.filter(function (value) { return value !== null && value !== undefined && isFinite(value); });
  }

  /* Each value's distance from its column's mean in standard deviations, between -2 and 2; 0 where all are equal. */
  F.standing = function (rows) {
    var columns = rows.length ? rows[0].length : 0, told = rows.map(function () { return []; });
    for (var c = 0; c < columns; c += 1) {
      var values = known(rows.map(function (row) { return row[c]; }));
      var mean = values.reduce(function (sum, value) { return sum + value; }, 0) / (values.length || 1);
      var spread = Math.sqrt(values.reduce(function (sum, value) {
          return sum + (value - mean) * (value - mean);
        }, 0) / (values.length || 1));
      /* An all but equal column: what is left is the error of doubles. */
      if (spread < 1e-9 * Math.max(1, Math.abs(mean))) { spread = 0; }
      rows.forEach(function (row, r) {
        told[r].push(row[c] === null || row[c] === undefined
            ? null : spread ? Math.max(-2, Math.min(2, (row[c] - mean) / spread)) : 0);
      });
    }
    return told;
  };

  /* Pearson's coefficient; null where either does not vary. */
  F.correlation = function (xs, ys) {
    var n = xs.length, sx = 0, sy = 0, xx = 0, yy = 0, xy = 0, i;
    for (i = 0; i < n; i += 1) {
      sx += xs[i] / n;
      sy += ys[i] / n;
    }
    for (i = 0; i < n; i += 1) {
      xx += (xs[i] - sx) * (xs[i] - sx);
      yy += (ys[i] - sy) * (ys[i] - sy);
      xy += (xs[i] - sx) * (ys[i] - sy);
    }
    return n > 2 && xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
  };

  /* ---- parts of charts ---- */

  function empty(say) {
    return {
      data: [],
      layout: {
        height: 160, xaxis: { visible: false }, yaxis: { visible: false },
        annotations: [
          { text: F.plain(say.t('table.empty')), showarrow: false, xref: 'paper', yref: 'paper', x: 0.5, y: 0.5 }
        ]
      }
    };
  }

  function nothing(values) { return !values.some(function (value) { return value !== null && value !== 0; }); }

  /* How many characters all names begin with (such as the city's name), but never more than half of a name; if that
     ends amid what they share, then back to the end of a city, district or town. */
  function common(names) {
    var all = names.map(letters), n = 0;
    function agree(name) { return name[n] === all[0][n]; }
    if (all.length < 3) { return 0; }
    while (all.every(function (name) { return name.length > 2 * n + 1 && agree(name); })) { n += 1; }
    if (all.every(agree)) {
      while (n && '\u5e02\u533a\u53bf\u9547\u4e61'.indexOf(all[0][n - 1]) < 0) { n -= 1; }
    }
    return n < 2 ? 0 : n;
  }

  /* Names without what all of them begin with. */
  F.told = function (names) {
    var from = common(names);
    return names.map(function (name) { return letters(name).slice(from).join(''); });
  };

  /* Names as labels: where one is too long, what all begin with is left out before any is cut. */
  F.labels = function (names, columns) {
    var isLong = names.some(function (name) { return width(letters(name)) > columns; });
    return (isLong ? F.told(names) : names).map(function (name) { return label(name, columns); });
  };

  /* Places 0, 1, … with names as ticks: two schools may share a name, or one look like a number or a day. */
  function placesAxis(names, columns) {
    return {
      tickmode: 'array', tickvals: names.map(function (name, i) { return i; }), ticktext: F.labels(names, columns),
      ticks: '', range: [names.length - 0.4, -0.6], showgrid: false, zeroline: false, ticklabelstandoff: 6
    };
  }

  /* 1, 2, 5, 10, …: the least one not below `least` (at least 1). */
  function niceStep(least) {
    var power = 1;
    while (power * 10 <= least) { power *= 10; }
    return [1, 2, 5, 10].filter(function (n) { return n * power >= least; })[0] * power;
  }

  /* An axis of whole numbers up to `top`: no tick between 0 and 1, about five in all. */
  function countAxis(top, more) {
    var axis = { tickformat: ',d', tick0: 0, dtick: niceStep(top / 5), rangemode: 'tozero', zeroline: false };
    for (var name in more || {}) { axis[name] = more[name]; }
    return axis;
  }

  function totals(lists) {
    return lists[0].map(function (value, i) {
      return lists.reduce(function (sum, list) { return sum + (list[i] || 0); }, 0);
    });
  }

  function columnsFor(narrow) { return narrow ? 14 : 24; }

  function alpha(hex, opacity) {
    var n = parseInt(hex.slice(1), 16);
    return 'rgba(' + ((n >> 16) & 255) + ',' + ((n >> 8) & 255) + ',' + (n & 255) + ',' + opacity + ')';
  }

  function neutral(theme) { return theme.dark ? '#66758a' : '#9aa6b5'; }

  function scale(colours) {
    return colours.map(function (colour, i) { return [i / (colours.length - 1), colour]; });
  }

  /* From orange (below) over the page's ground to blue (above), pale enough for text of the page's colour. */
  function diverging(theme) {
    return theme.dark ? [[0, '#95560f'], [0.5, theme.paper], [1, '#1d6ea8']]
      : [[0, '#f0a243'], [0.5, '#ffffff'], [1, '#62aede']];
  }

  function hoverBox(theme) {
    return { bgcolor: theme.paper, bordercolor: theme.grid, font: { color: theme.text }, align: 'left' };
  }

  /* For the files with the charts. */
  F.parts = {
    letters: letters, width: width, label: label, hover: hover, parts: parts, monthName: monthName,
    timeAxis: timeAxis, highest: highest, empty: empty, nothing: nothing, placesAxis: placesAxis,
    countAxis: countAxis, totals: totals, niceStep: niceStep, columnsFor: columnsFor, alpha: alpha,
    neutral: neutral, scale: scale, diverging: diverging, hoverBox: hoverBox
  };
}());
