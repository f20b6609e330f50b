'use strict';
(function () {
  var filter = document.getElementById('filter');
  var rows = Array.prototype.slice.call(document.querySelectorAll('details.finding'));
  function unfoldTarget() {
    var target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === 'DETAILS') target.open = true;
  }
  addEventListener('hashchange', unfoldTarget);
  unfoldTarget();
  if (!filter) return;
  filter.hidden = false;
  var keys = ['severity', 'detection', 'principal'];
  var text = document.getElementById('filter-text');
  var count = document.getElementById('filter-count');
  function chosen(key) {
    var select = document.getElementById('filter-' + key);
    return select.value === 'all' ? null : select.options[select.selectedIndex].text;
  }
  function apply() {
    var wanted = {};
    keys.forEach(function (key) { wanted[key] = chosen(key); });
    var words = text.value.toLowerCase();
    var shown = 0;
    rows.forEach(function (row) {
      var hide = keys.some(function (key) { return wanted[key] !== null && row.dataset[key].replace(/\s+/g, ' ').trim() !== wanted[key].replace(/\s+/g, ' ').trim(); }) ||
        (words !== '' && row.textContent.toLowerCase().indexOf(words) < 0);
      row.hidden = hide;
      if (!hide) shown++;
    });
    count.textContent = shown + ' of ' + rows.length + ' shown';
  }
  keys.forEach(function (key) { document.getElementById('filter-' + key).addEventListener('change', apply); });
  text.addEventListener('input', apply);
  function set(open) { rows.forEach(function (row) { if (!row.hidden) row.open = open; }); }
  document.getElementById('unfold').addEventListener('click', function () { set(true); });
  document.getElementById('fold').addEventListener('click', function () { set(false); });
  apply();
})();
