/* What would earn a teacher the next points: from what the caps still allow, and what is short of its threshold. */
(function () {
  'use strict';

  var C = window.COCKPIT;

  /* The first day of the day, week or year a cap counts in. */
  function startOf(period, day) {
    if (period === 'day') { return day; }
    return period === 'week' ? C.parts.plus(day, -C.figures.weekday(day)) : day.slice(0, 4) + '-01-01';
  }

  /* Credits left from the day after the as-of day on; a day, week or year that is over starts anew. */
  function left(row, next) {
    return startOf(row.cap_period, next) === row.cap_start ? Math.max(0, row.cap - row.used) : row.cap;
  }

  /* Whether a unit can still reach its threshold: not in a week that is over, nor a lesson that is. */
  function isAlive(near, next) {
    var week = String(near.unit).match(/\d{4}-\d\d-\d\d$/);
    return week ? week[0] === startOf('week', next) : near.rule !== 'interactive_lesson';
  }

  /* First up to three units, of different rules, that are at least half-way; then rules, most points first.
     [{kind: 'near'|'do', rule, points, n (credits left), each (points), period, near}]; logins stand apart. */
  C.advice = function (teacher, asOf) {
    var next = C.parts.plus(asOf, 1), rules = {}, told = [];
    C.each(teacher.allowance, function (row) {
      var n = left(row, next);
      if (n && row.rule !== 'login') {
        rules[row.rule] = {
          kind: 'do', rule: row.rule, n: n, each: row.points_each, period: row.cap_period,
          points: n * row.points_each
        };
      }
    });
    C.each(teacher.near, function (near) {
      var rule = rules[near.rule];
      if (!rule || told.length === 3 || near.progress * 2 < near.threshold || !isAlive(near, next)) { return; }
      told.push({
        kind: 'near', rule: near.rule, near: near, n: rule.n, each: rule.each, period: rule.period,
        points: rule.each
      });
      delete rules[near.rule];
    });
    var others = Object.keys(rules).map(function (code) { return rules[code]; });
    others.sort(function (a, b) { return b.points - a.points || (a.rule < b.rule ? -1 : 1); });
    return told.concat(others);
  };
}());
