/* The big screen: turns the folder's views, and after a full turn reloads so that new data show. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el, SECONDS = 15, timer = null;

  function merged(view, choices) {
    var slide = { view: view.id };
    for (var name in choices) { slide[name] = choices[name]; }
    return slide;
  }

  /* A view may stand on the screen more than once, with other choices: `screens: [{level: 'district'}, …]`. */
  C.slides = function () {
    var slides = [];
    C.each(C.views(), function (view) {
      var screens = typeof view.screens === 'function' ? view.screens() : view.screens;
      if (screens === false) { return; }
      var levels = C.levels(view).map(function (level) { return level.id; });
      C.each(screens || [{}], function (choices) {
        if (!choices.level || levels.indexOf(choices.level) >= 0) { slides.push(merged(view, choices)); }
      });
    });
    return slides;
  };

  /* Where the state is in the turn; the first slide of its view if it has other choices. */
  function position(slides) {
    var exact = -1, loose = 0;
    C.each(slides, function (slide, i) {
      if (slide.view !== C.state.view) { return; }
      if (slides[loose].view !== slide.view) { loose = i; }
      for (var name in slide) { if (C.state[name] !== slide[name]) { return; } }
      if (exact < 0) { exact = i; }
    });
    return exact < 0 ? loose : exact;
  }

  function next() {
    if (!C.screen) { return; }
    var slides = C.slides(), at = position(slides) + 1, change = {};
    C.each(['level', 'ind'], function (name) { change[name] = null; });
    var slide = slides[at % slides.length];
    for (var name in slide) { change[name] = slide[name]; }
    if (at < slides.length) { C.go(change, true); } else { startAgain(change); }
  }

  /* Reload only when the data can be read: a stick pulled out must not end in an error page. */
  function startAgain(change) {
    C.script(C.where('run'), new Date().getTime(), function () {
      C.go(change, true);
      window.location.reload();
    }, function () { C.go(change, true); });
  }

  C.turn = function () {
    window.clearTimeout(timer);
    if (!C.screen) { return; }
    timer = window.setTimeout(next, SECONDS * 1000);
    watch();
  };

  /* ---- filling the screen ---- */

  var watching = null;

  /* Shards may come after the view has begun. */
  function watch() {
    var view = document.getElementById('view');
    if (watching) { watching.disconnect(); }
    watching = new MutationObserver(function () { window.requestAnimationFrame(C.fit); });
    watching.observe(view, { childList: true, subtree: true });
    C.fit();
  }

  function cards(view) {
    var found = [];
    C.each(view.children, function (child) {
      if (/\bview\b/.test(child.className)) { found = found.concat(cards(child)); } else { found.push(child); }
    });
    return found;
  }

  function growers(node) { return Array.prototype.slice.call(node.querySelectorAll('.plot, .stretch')); }

  /* Back to the size it had when first drawn. */
  function reset(grower) {
    var least = grower.getAttribute('data-least') || grower.offsetHeight;
    grower.setAttribute('data-least', least);
    grower.style.height = least + 'px';
  }

  /* Cards with nothing below them reach down to `bottom`; charts may shrink for it, tables not. */
  function grow(boxes, bottom, zoom) {
    var at = boxes.map(function (node) { return node.getBoundingClientRect(); });
    C.each(boxes, function (node, i) {
      var inside = growers(node), last = at.every(function (other) {
        return other.top < at[i].bottom - 2 || other.left >= at[i].right || other.right <= at[i].left;
      });
      if (!last) { return; }
      C.each(inside, function (grower) {
        var least = grower.getAttribute('data-least') * (/\bplot\b/.test(grower.className) ? 0.6 : 1);
        var more = (bottom - at[i].bottom) / zoom / inside.length;
        grower.style.height = Math.max(least, parseFloat(grower.style.height) + more) + 'px';
      });
    });
  }

  function lowest(boxes) {
    return boxes.reduce(function (low, node) {
      var cut = Array.prototype.reduce.call(node.querySelectorAll('.stretch'), function (most, grower) {
        return Math.max(most, grower.scrollHeight - grower.clientHeight);
      }, 0);
      return Math.max(low, node.getBoundingClientRect().bottom + cut);
    }, 0);
  }

  /* Fill the screen; what is too tall for it is drawn smaller. */
  C.fit = function () {
    var view = document.getElementById('view'), foot = document.querySelector('footer');
    if (!C.screen || !view || !foot) { return; }
    var boxes = cards(view), bottom = foot.getBoundingClientRect().top - 8, zoom;
    var top = view.getBoundingClientRect().top;
    view.style.zoom = '';
    C.each(growers(view), reset);
    grow(boxes, bottom, 1);
    zoom = Math.min(1, (bottom - top) / (lowest(boxes) - top));
    if (zoom < 0.995) {
      view.style.zoom = zoom.toFixed(3);
      grow(boxes, bottom, zoom);
    }
    C.resizeFigures();
  };

  C.progress = function () {
    var slides = C.slides(), at = position(slides);
    return el('footer', { 'class': 'progress' }, el('p', null, C.t('footer')),
      el('p', { 'class': 'dots', role: 'img', 'aria-label': C.t('screen.slide', { at: at + 1, n: slides.length }) },
        slides.map(function (slide, i) { return el('i', { 'class': i === at ? 'on' : null }); })));
  };
}());
