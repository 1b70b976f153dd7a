"""CSV after RFC 4180, record by record, where one bad record never harms the next.

The csv module is not used: for a quote that is never closed it swallows the rest of the file, and it
does not say which lines a record stood on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class CsvRecord:
    """One record: its text without the line end, and its fields or what is wrong with it."""

    text: str
    fields: list[str] | None
    fault: str | None = None


def _is_blank(line: bytes, encoding: str) -> bool:
    visible = line[:1] > b" " and line[:1] < b"\x7f"
    return not visible and not line.decode(encoding, "replace").strip()


def _quoted_record(data: bytes, at: int) -> tuple[list[bytes], int] | None:
    """(fields, where the next record begins), or None where the quoting is not that of RFC 4180."""
    fields: list[bytes] = []
    while True:
        if data[at : at + 1] == b'"':
            parts, start = [], at + 1
            while True:
                end = data.find(b'"', start)
                if end < 0:
                    return None
                parts.append(data[start:end])
                if data[end + 1 : end + 2] != b'"':
                    break
                start = end + 2
            fields.append(b'"'.join(parts))
            at = end + 1
        else:
            line_end = data.find(b"\n", at)
            line_end = len(data) if line_end < 0 else line_end
            comma = data.find(b",", at, line_end)
            end = line_end if comma < 0 else comma
            value = data[at:end].removesuffix(b"\r") if end == line_end else data[at:end]
            if b'"' in value:
                return None
            fields.append(value)
            at = end
        if data[at : at + 2] == b"\r\n":
            return fields, at + 2
        if data[at : at + 1] in (b"\n", b""):
            return fields, at + 1
        if data[at : at + 1] != b",":
            return None
        at += 1


def _split(data: bytes, encoding: str) -> Iterator[tuple[bytes, list[bytes] | None]]:
    """(bytes of the record, its fields or None where its quoting is broken); blank lines are none."""
    at = 0
    while at < len(data):
        line_end = data.find(b"\n", at)
        line_end = len(data) if line_end < 0 else line_end
        line = data[at:line_end].removesuffix(b"\r")
        following = line_end + 1
        if not _is_blank(line, encoding):
            if b'"' not in line:
                yield line, line.split(b",")
            elif (record := _quoted_record(data, at)) is None:
                yield line, None
            else:
                fields, following = record
                yield data[at:following].rstrip(b"\r\n"), fields
        at = following


def _decoded(text: bytes, fields: list[bytes] | None, encoding: str) -> CsvRecord:
    try:
        shown = text.decode(encoding)
    except UnicodeDecodeError:
        return CsvRecord(text.decode(encoding, "backslashreplace"), None, "bytes that do not decode")
    if fields is None:
        return CsvRecord(shown, None, "broken quoting")
    return CsvRecord(shown, [f.decode(encoding).strip() for f in fields])


def read_csv(data: bytes) -> tuple[list[str], Iterator[CsvRecord]]:
    """(header, records) of a CSV file's bytes.

    UTF-8 if all of it decodes as such, else GB18030. An empty file has an empty header and no records.
    Every record's field count equals the header's, or it carries a fault.
    """
    data = data.removeprefix(_BOM)
    try:
        data.decode()
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "gb18030"
    records = (_decoded(text, fields, encoding) for text, fields in _split(data, encoding))
    first = next(records, None)
    header = (first.fields or []) if first else []

    def checked() -> Iterator[CsvRecord]:
        for record in records:
            if record.fields is not None and len(record.fields) != len(header):
                fault = f"{len(record.fields)} fields where the header has {len(header)}"
                yield CsvRecord(record.text, None, fault)
            else:
                yield record

    return header, checked()
