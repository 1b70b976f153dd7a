/* Plain ES5, a classic script: pages open from a file and in old browsers. Without it every period is shown. */
(function () {
  'use strict';

  var dark = window.matchMedia ? window.matchMedia('(prefers-color-scheme: dark)') : { matches: false };

  function each(selector, root, act) {
    var found = root.querySelectorAll(selector);
    for (var i = 0; i < found.length; i += 1) { act(found[i]); }
  }

  /* Figures come without colours of text and lines; they take the page's. */
  function dress(layout, width) {
    var style = window.getComputedStyle(document.body);
    var line = dark.matches ? '#303b49' : '#dde3ea';
    layout.font = { color: style.color, family: style.fontFamily, size: 13 };
    layout.xaxis.gridcolor = line;
    /* The value beside the longest bar needs a larger share of a narrow chart. */
    if (width < 480) { layout.xaxis.range[1] *= 1.25; }
    return layout;
  }

  function draw(section) {
    if (!window.Plotly) { return; }
    var config = JSON.parse(document.getElementById('plotly-config').textContent);
    each('script[data-chart]', section, function (holder) {
      var chart = document.getElementById(holder.getAttribute('data-chart'));
      var spec = JSON.parse(holder.textContent);
      if (chart.firstElementChild.className === 'fallback') { chart.innerHTML = ''; }
      window.Plotly.react(chart, spec.data, dress(spec.layout, chart.clientWidth), config);
    });
  }

  function show(id) {
    var chosen = id && document.getElementById(id);
    if (!chosen || !/(^| )period( |$)/.test(chosen.className)) {
      chosen = document.querySelector('.period.on');
    }
    if (!chosen) { return; }
    each('.period', document, function (section) {
      section.className = section === chosen ? 'period on' : 'period';
    });
    each('.periods a', document, function (link) {
      if (link.getAttribute('href') === '#' + chosen.id) {
        link.setAttribute('aria-current', 'true');
      } else {
        link.removeAttribute('aria-current');
      }
    });
    draw(chosen);
  }

  function fromAddress() { show(window.location.hash.slice(1)); }

  each('.periods a', document, function (link) {
    link.onclick = function (event) {
      var id = link.getAttribute('href').slice(1);
      if (window.history && window.history.replaceState) {
        /* Keeps the reader's place on the page, which following the link would not. */
        event.preventDefault();
        window.history.replaceState(null, '', '#' + id);
        show(id);
      }
    };
  });
  window.onhashchange = fromAddress;
  if (dark.addListener) {
    dark.addListener(function () { draw(document.querySelector('.period.on') || document); });
  }
  fromAddress();
}());
