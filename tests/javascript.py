"""Enough of JavaScript's grammar to tell code from comments, strings, templates and regular expressions."""

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
      (?P<comment>/\*.*?\*/|//[^\n]*)
    | (?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    | (?P<template>`(?:[^`\\]|\\.)*`)
    | (?P<regex>/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)
    | (?P<word>[A-Za-z_$][\w$]*)
    | (?P<number>\d[\w.]*)
    | (?P<space>\s+)
    | (?P<sign>\*\*|=>|\.\.\.|\?\?|\?\.(?!\d)|[^\s\w])
    """,
    re.VERBOSE | re.DOTALL,
)
# After these a slash begins a regular expression; after anything else it divides.
_BEFORE_REGEX = re.compile(r"[(,=:\[!&|?{};+\-*%<>~^]|return|typeof|case|in|of")


class Token(NamedTuple):
    """A piece of a script: its kind (a group of _TOKEN), its text, and the line it begins on."""

    kind: str
    text: str
    line: int


def tokens(script: str) -> list[Token]:
    """All tokens of a script but white space."""
    found: list[Token] = []
    at, line, before = 0, 1, ";"
    while at < len(script):
        match = _TOKEN.match(script, at)
        assert match, f"line {line}: {script[at : at + 40]!r}"
        if match.lastgroup == "regex" and not _BEFORE_REGEX.fullmatch(before):
            kind, text = "sign", "/"
        else:
            kind, text = str(match.lastgroup), match.group()
        if kind != "space":
            found.append(Token(kind, text, line))
        if kind not in ("space", "comment"):
            before = text
        at += len(text)
        line += text.count("\n")
    return found


def strings(script: str) -> list[Token]:
    """Its string literals, without their quotes."""
    return [Token(t.kind, t.text[1:-1], t.line) for t in tokens(script) if t.kind == "string"]
