/* 口径: what a number means, one hover, focus or tap away. */
(function () {
  'use strict';

  var C = window.COCKPIT, el = C.el;

  var shown = null;

  C.hideDefinition = function () {
    if (!shown) { return; }
    shown.button.setAttribute('aria-expanded', 'false');
    shown.button.removeAttribute('aria-describedby');
    if (shown.box.parentNode) { shown.box.parentNode.removeChild(shown.box); }
    shown = null;
  };

  C.definition = function (column) {
    var found = C.definitions[column];
    return found ? found[C.lang] || found.zh || '' : '';
  };

  /* `name`: what the number is called on the page. */
  C.define = function (column, name) {
    if (C.screen) { return document.createTextNode(''); }
    var button = el('button', { type: 'button', 'class': 'define', 'aria-expanded': 'false',
      'aria-label': name ? C.t('define.of', { name: name }) : C.t('define.plain') },
    el('span', { 'aria-hidden': 'true' }, C.t('define')));
    function show() {
      if (shown && shown.button === button) { return; }
      C.hideDefinition();
      var box = el('div', { 'class': 'definition', role: 'tooltip', id: 'definition' },
        name ? el('b', null, name) : null, el('p', null, C.definition(column) || C.t('define.none')),
        el('code', null, column));
      (document.getElementById('main') || document.body).appendChild(box);
      var at = button.getBoundingClientRect(), width = document.documentElement.clientWidth;
      box.style.left = Math.max(8, Math.min(at.left, width - box.offsetWidth - 8)) + window.pageXOffset + 'px';
      box.style.top = at.bottom + 6 + window.pageYOffset + 'px';
      button.setAttribute('aria-expanded', 'true');
      button.setAttribute('aria-describedby', 'definition');
      shown = { button: button, box: box };
    }
    button.addEventListener('mouseenter', show);
    button.addEventListener('mouseleave', function () {
      if (document.activeElement !== button) { C.hideDefinition(); }
    });
    button.addEventListener('focus', show);
    button.addEventListener('blur', C.hideDefinition);
    button.addEventListener('click', function (event) { event.stopPropagation(); show(); });
    return button;
  };

  document.addEventListener('click', C.hideDefinition);

  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape' && event.keyCode !== 27) { return; }
    if (shown) { C.hideDefinition(); } else if (C.screen) { C.go({ screen: '0' }); }
  });
}());
