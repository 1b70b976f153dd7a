/* Plain ES5, a classic script: pages open from a file and in old browsers. Without it every period is shown. */
(function () {
  'use strict';

  var dark = window.matchMedia ? window.matchMedia('(prefers-color-scheme: dark)') : { matches: false };

  function each(selector, root, act) {
    var found = root.querySelectorAll(selector);
    for (var i = 0; i < found.length; i += 1) { act(found[i]); }
  }

  /* Figures come without colours of text and lines; they take the page's. */
  function dress(layout) {
    var style = window.getComputedStyle(document.body);
    var line = dark.matches ? '#303b49' : '#dde3ea';
    layout.font = { color: style.color, family: style.fontFamily, size: 13 };
    layout.xaxis.gridcolor = line;
    return layout;
  }

  function draw(section) {
    if (!window.Plotly) { return; }
    var config = JSON.parse(document.getElementById('plotly-config').textContent);
    each('script[data-chart]', section, function (holder) {
      var chart = document.getElementById(holder.getAttribute('data-chart'));
      var spec = JSON.parse(holder.textContent);
      chart.innerHTML = '';
      window.Plotly.react(chart, spec.data, dress(spec.layout), config);
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
