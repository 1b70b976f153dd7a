// Looks a verification code up in the page's own register, as pipelines/award/codes.py does. No network: SHA-256
// is written out because a page opened from a file or over plain HTTP is given none by old browsers.
(function () {
  'use strict';
  var ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ', NONCE = 32;

  function utf8(text) { return unescape(encodeURIComponent(text)); }

  function constants() {
    var primes = [], fractions = [], roots = [], n = 2;
    function isPrime(value) {
      for (var i = 0; i < primes.length && primes[i] * primes[i] <= value; i++) if (value % primes[i] === 0) return false;
      return true;
    }
    for (; primes.length < 64; n++) if (isPrime(n)) primes.push(n);
    for (var i = 0; i < 64; i++) fractions.push(Math.floor((Math.cbrt ? Math.cbrt(primes[i]) : Math.pow(primes[i], 1 / 3)) % 1 * 4294967296) | 0);
    for (i = 0; i < 8; i++) roots.push(Math.floor(Math.sqrt(primes[i]) % 1 * 4294967296) | 0);
    return {rounds: fractions, start: roots};
  }
  var TABLE = constants();

  // FIPS 180-4; `bytes` is a string of byte values, the result hexadecimal.
  function sha256(bytes) {
    var words = [], state = TABLE.start.slice(), length = bytes.length, i, t;
    for (i = 0; i < length; i++) words[i >> 2] |= bytes.charCodeAt(i) << (24 - i % 4 * 8);
    words[length >> 2] |= 0x80 << (24 - length % 4 * 8);
    var last = (((length + 8) >> 6) + 1) * 16 - 1;
    for (i = 0; i <= last; i++) words[i] = words[i] | 0;
    words[last] = length * 8;
    function turned(x, by) { return (x >>> by) | (x << (32 - by)); }
    for (i = 0; i <= last; i += 16) {
      var w = words.slice(i, i + 16), s = state.slice();
      for (t = 0; t < 64; t++) {
        if (t >= 16) {
          var a = w[t - 15], b = w[t - 2];
          w[t] = (w[t - 16] + (turned(a, 7) ^ turned(a, 18) ^ (a >>> 3)) + w[t - 7] + (turned(b, 17) ^ turned(b, 19) ^ (b >>> 10))) | 0;
        }
        var one = (s[7] + (turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + TABLE.rounds[t] + w[t]) | 0;
        var two = ((turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]))) | 0;
        s = [(one + two) | 0, s[0], s[1], s[2], (s[3] + one) | 0, s[4], s[5], s[6]];
      }
      for (t = 0; t < 8; t++) state[t] = (state[t] + s[t]) | 0;
    }
    return state.map(function (x) { return ('0000000' + (x >>> 0).toString(16)).slice(-8); }).join('');
  }

  function bytesOf(hex) {
    var out = '';
    for (var i = 0; i < hex.length; i += 2) out += String.fromCharCode(parseInt(hex.substr(i, 2), 16));
    return out;
  }

  function plain(typed) {
    var letters = typed.replace(/[\s-]/g, '').toUpperCase().replace(/[IL]/g, '1').replace(/O/g, '0');
    for (var i = 0; i < letters.length; i++) if (ALPHABET.indexOf(letters[i]) < 0) return null;
    return letters.length === 16 ? letters : null;
  }

  // The certificate of a code; null where the register has none, undefined where its entry was changed.
  function lookUp(register, letters) {
    var entry = register.entries[sha256('key:' + letters)];
    if (!entry) return null;
    var nonce = entry.slice(0, NONCE), mixed = bytesOf(entry.slice(NONCE)), text = '';
    for (var at = 0; at < mixed.length; at += 32) {
      var stream = bytesOf(sha256('stream:' + letters + ':' + nonce + ':' + at / 32));
      for (var i = 0; i < 32 && at + i < mixed.length; i++) text += String.fromCharCode(mixed.charCodeAt(at + i) ^ stream.charCodeAt(i));
    }
    if (sha256('nonce:' + letters + ':' + text).slice(0, NONCE) !== nonce) return undefined;
    return JSON.parse(decodeURIComponent(escape(text)));
  }

  function row(body, name, value) {
    var line = document.createElement('tr'), head = document.createElement('th'), cell = document.createElement('td');
    head.scope = 'row';
    head.textContent = name;
    cell.textContent = value;
    line.appendChild(head);
    line.appendChild(cell);
    body.appendChild(line);
  }

  function say(answer, text, kind) {
    var line = document.createElement('p');
    line.textContent = text;
    line.className = kind;
    answer.appendChild(line);
  }

  function show(answer, told, register) {
    answer.textContent = '';
    if (told === null) return say(answer, '查无此码：请核对是否输错；确认无误仍查不到的，证书不在本次登记之内。', 'bad');
    if (told === undefined) return say(answer, '登记数据被改动过，不能作准。', 'bad');
    say(answer, told.revoked_on ? '本证书已于 ' + told.revoked_on + ' 作废。' : '核验通过，证书有效。', told.revoked_on ? 'bad' : 'good');
    var table = document.createElement('table'), body = document.createElement('tbody');
    table.appendChild(body);
    [['证书编号', told.number], ['奖项', told.award_name], ['获奖者', told.holder_name], ['单位', told.school_name],
      ['颁发单位', told.issuer], ['颁发日期', told.issued_on], ['证据包', told.bundle_id], ['说明', told.reason]
    ].forEach(function (pair) { if (pair[1]) row(body, pair[0], pair[1]); });
    answer.appendChild(table);
    if (told.bundle_id !== register.about.bundle_id) say(answer, '证书与本页不是同一证据包。', 'bad');
  }

  var register = JSON.parse(document.getElementById('register').textContent);
  var answer = document.getElementById('answer');
  document.getElementById('ask').addEventListener('submit', function (event) {
    event.preventDefault();
    var letters = plain(document.getElementById('code').value);
    if (letters) return show(answer, lookUp(register, letters), register);
    answer.textContent = '';
    say(answer, '核验码是 16 位字母和数字，例如 7K2M-9QXA-03DE-VV41。', 'bad');
  });
}());
