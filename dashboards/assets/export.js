/* Export of what a table shows: CSV that Excel reads as UTF-8, and XLSX by a writer of its own (a stored zip). */
(function () {
  'use strict';

  var C = window.COCKPIT;

  /* ---- bytes ---- */

  /* A lone surrogate becomes U+FFFD, as encoders do. */
  function utf8(text) {
    var safe = text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/g, '\uFFFD')
      .replace(/(^|[^\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '$1\uFFFD');
    var binary = unescape(encodeURIComponent(safe)), bytes = new Uint8Array(binary.length);
    for (var i = 0; i < binary.length; i += 1) { bytes[i] = binary.charCodeAt(i); }
    return bytes;
  }

  var crcTable = [];

  function crc32(bytes) {
    var crc = -1, n, k;
    for (n = crcTable.length; n < 256; n += 1) {
      var c = n;
      for (k = 0; k < 8; k += 1) { c = c & 1 ? 0xEDB88320 ^ (c >>> 1) : c >>> 1; }
      crcTable.push(c);
    }
    for (n = 0; n < bytes.length; n += 1) { crc = crcTable[(crc ^ bytes[n]) & 255] ^ (crc >>> 8); }
    return (crc ^ -1) >>> 0;
  }

  /* fields(4, 1, 2, 7): 1 in four bytes, then 7 in two, low byte first. */
  function fields() {
    var bytes = [];
    for (var i = 0; i < arguments.length; i += 2) {
      for (var b = 0; b < arguments[i]; b += 1) { bytes.push((arguments[i + 1] >>> (8 * b)) & 255); }
    }
    return new Uint8Array(bytes);
  }

  /* Files without compression; all dated 1980-01-01, so that the same table gives the same bytes. */
  function zip(files) {
    var parts = [], directory = [], offset = 0, length = 0;
    C.each(files, function (file) {
      var name = utf8(file.name), data = utf8(file.text), crc = crc32(data);
      var common = [2, 20, 2, 0x800, 2, 0, 2, 0, 2, 33, 4, crc, 4, data.length, 4, data.length,
        2, name.length, 2, 0];
      var local = fields.apply(null, [4, 0x04034b50].concat(common));
      parts.push(local, name, data);
      directory.push(fields.apply(null, [4, 0x02014b50, 2, 20].concat(common,
        [2, 0, 2, 0, 2, 0, 4, 0, 4, offset])), name);
      offset += local.length + name.length + data.length;
    });
    C.each(directory, function (part) { length += part.length; });
    return parts.concat(directory, [fields(4, 0x06054b50, 2, 0, 2, 0,
      2, files.length, 2, files.length, 4, length, 4, offset, 2, 0)]);
  }

  /* ---- CSV ---- */

  /* A text that a spreadsheet would take for a formula is led by an apostrophe. Numbers stay numbers. */
  function csvCell(value, column) {
    var text = typeof value === 'number' ? csvNumber(value, column) : String(value);
    if (typeof value !== 'number' && /^[=+\-@\t\r]/.test(text)) { text = '\'' + text; }
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function csvNumber(value, column) {
    if (column.kind === 'percent') { return C.rounded(value * 100, 1) + '%'; }
    if (column.kind === 'index') { return C.rounded(value, 2); }
    if (column.kind === 'delta') { return C.rounded(value, column.decimals || 0); }
    return String(value);
  }

  C.csv = function (sheet) {
    var lines = [sheet.columns.map(function (column) { return csvCell(column.title, column); })];
    C.each(sheet.rows, function (row) {
      lines.push(row.map(function (value, i) { return csvCell(value, sheet.columns[i]); }));
    });
    return '\uFEFF' + lines.map(function (line) { return line.join(','); }).join('\r\n') + '\r\n';
  };

  /* ---- XLSX ---- */

  var HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  var MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  var DOC = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  var PACKAGE = 'http://schemas.openxmlformats.org/package/2006/';
  var TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.';
  /* Positions in cellXfs below. */
  var STYLE = { text: 0, number: 2, rank: 2, place: 2, index: 3, percent: 4, change: 5, delta: 5, decimals: 6, wrap: 7 };

  /* Characters that XML cannot hold are left out; `_x0041_` would be read as an escape. */
  function xml(text) {
    return String(text).replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
      .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
      .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/\r/g, '&#13;');
  }

  function letters(i) {
    var text = '';
    for (i += 1; i > 0; i = Math.floor((i - 1) / 26)) { text = String.fromCharCode(65 + (i - 1) % 26) + text; }
    return text;
  }

  function textCell(at, value, style) {
    return '<c r="' + at + '" t="inlineStr"' + (style ? ' s="' + style + '"' : '') + '><is><t xml:space="preserve">' +
      xml(String(value).slice(0, 32767)) + '</t></is></c>';
  }

  function width(text) {
    var columns = 0;
    for (var i = 0; i < text.length; i += 1) { columns += text.charCodeAt(i) > 0x2E7F ? 2 : 1; }
    return columns;
  }

  function worksheet(titles, rows, styleOf, frozen) {
    var widths = titles.map(width), last = letters(titles.length - 1) + (rows.length + 1), body = [];
    body.push('<row r="1">' + titles.map(function (title, c) {
      return textCell(letters(c) + 1, title, 1);
    }).join('') + '</row>');
    C.each(rows, function (row, r) {
      body.push('<row r="' + (r + 2) + '">' + row.map(function (value, c) {
        var at = letters(c) + (r + 2);
        var number = typeof value === 'number';
        widths[c] = Math.max(widths[c] || 0, width(number ? C.rounded(value, 2) : String(value)));
        if (number) { return '<c r="' + at + '" s="' + styleOf(c, value) + '"><v>' + value + '</v></c>'; }
        return value === '' ? '' : textCell(at, value, styleOf(c, value));
      }).join('') + '</row>');
    });
    return HEAD + '<worksheet xmlns="' + MAIN + '"><dimension ref="A1:' + last + '"/><sheetViews>' +
      (frozen ? '<sheetView workbookViewId="0" tabSelected="1">' +
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' : '<sheetView workbookViewId="0">') +
      '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>' + titles.map(function (title, c) {
        return '<col min="' + (c + 1) + '" max="' + (c + 1) + '" width="' +
          Math.min(60, Math.max(8, widths[c] + 3)) + '" customWidth="1"/>';
      }).join('') + '</cols><sheetData>' + body.join('') + '</sheetData>' +
      (frozen && rows.length ? '<autoFilter ref="A1:' + last + '"/>' : '') + '</worksheet>';
  }

  var STYLES = HEAD + '<styleSheet xmlns="' + MAIN + '"><numFmts count="2"><numFmt numFmtId="164" formatCode="+0;-0;0"/>' +
    '<numFmt numFmtId="165" formatCode="0.0%"/></numFmts>' +
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>' +
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF5"/><bgColor indexed="64"/></patternFill></fill></fills>' +
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="8">' +
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>' +
    [3, 4, 165, 164, 4].map(function (format) {
      return '<xf numFmtId="' + format + '" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>';
    }).join('') +
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">' +
    '<alignment vertical="top" wrapText="1"/></xf>' +
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';

  function related(list) {
    return HEAD + '<Relationships xmlns="' + PACKAGE + 'relationships">' + list.map(function (one, i) {
      return '<Relationship Id="rId' + (i + 1) + '" Type="' + DOC + '/' + one[0] + '" Target="' + one[1] + '"/>';
    }).join('') + '</Relationships>';
  }

  C.xlsx = function (sheet) {
    var about = C.about(sheet), sheets = [C.t('export.data'), C.t('export.about')];
    return zip([
      { name: '[Content_Types].xml', text: HEAD + '<Types xmlns="' + PACKAGE + 'content-types">' +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        '<Default Extension="xml" ContentType="application/xml"/>' +
        '<Override PartName="/xl/workbook.xml" ContentType="' + TYPE + 'sheet.main+xml"/>' +
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="' + TYPE + 'worksheet+xml"/>' +
        '<Override PartName="/xl/worksheets/sheet2.xml" ContentType="' + TYPE + 'worksheet+xml"/>' +
        '<Override PartName="/xl/styles.xml" ContentType="' + TYPE + 'styles+xml"/></Types>' },
      { name: '_rels/.rels', text: related([['officeDocument', 'xl/workbook.xml']]) },
      { name: 'xl/workbook.xml', text: HEAD + '<workbook xmlns="' + MAIN + '" xmlns:r="' + DOC + '"><sheets>' +
        sheets.map(function (name, i) {
          return '<sheet name="' + xml(name) + '" sheetId="' + (i + 1) + '" r:id="rId' + (i + 1) + '"/>';
        }).join('') + '</sheets></workbook>' },
      { name: 'xl/_rels/workbook.xml.rels', text: related([['worksheet', 'worksheets/sheet1.xml'],
        ['worksheet', 'worksheets/sheet2.xml'], ['styles', 'styles.xml']]) },
      { name: 'xl/styles.xml', text: STYLES },
      { name: 'xl/worksheets/sheet1.xml', text: worksheet(
        sheet.columns.map(function (column) { return column.title; }), sheet.rows, function (c, value) {
          var kind = sheet.columns[c].kind;
          if (typeof value !== 'number') { return 0; }
          if (kind === 'delta' && sheet.columns[c].decimals) { return STYLE.decimals; }
          return kind === 'number' && value % 1 ? STYLE.decimals : STYLE[kind] || 0;
        }, true) },
      { name: 'xl/worksheets/sheet2.xml', text: worksheet([C.t('export.about'), ''], about, function (c) {
        return c ? STYLE.wrap : 0;
      }, false) }
    ]);
  };

  /* What the rows are: scope, day, run, filter, and what each column means. */
  C.about = function (sheet) {
    var run = C.run || {}, span = C.core.spans.length ? C.span() : null;
    var rows = [
      [C.t('title'), C.scopeName()], [C.t('export.table'), sheet.caption],
      [C.t('span.label'), span ? C.spanName(span) + ' ' + C.range(span.starts_on, span.counted_on || span.ends_on) : ''],
      [C.t('as_of'), C.day(run.as_of)], [C.t('event_window'), C.range(run.first_on, run.last_on)],
      [C.t('drop_window'), C.range(run.first_dt, run.last_dt)], [C.t('run_id'), run.run_id || ''],
      [C.t('export.filter'), sheet.query], [C.t('export.sort'), sheet.sort],
      [C.t('export.rows'), sheet.rows.length], ['', '']
    ];
    C.each(sheet.columns, function (column) {
      var text = column.define && C.definition(column.define);
      if (text) { rows.push([column.title, text]); }
    });
    return rows;
  };

  /* ---- saving ---- */

  function save(parts, type, name) {
    var url = window.URL.createObjectURL(new Blob(parts, { type: type }));
    var link = C.el('a', { href: url, download: name, hidden: true });
    document.body.appendChild(link);
    link.click();
    document.body.removeChild(link);
    window.setTimeout(function () { window.URL.revokeObjectURL(url); }, 10000);
  }

  C.exportTable = function (kind, sheet) {
    var day = C.run && C.run.as_of, span = C.core.spans.length ? C.spanName(C.span()) : '';
    var name = [C.scopeName(), sheet.name, span, sheet.query, day].filter(Boolean).join('_')
      .replace(/[\u0000-\u001F\\\/:*?"<>|.]+/g, ' ').trim().slice(0, 120) + '.' + kind;
    if (kind === 'csv') {
      save([C.csv(sheet)], 'text/csv;charset=utf-8', name);
    } else {
      save(C.xlsx(sheet), TYPE + 'sheet', name);
    }
  };
}());
