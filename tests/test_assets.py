"""The pages' own scripts, styles and words, read as text: what they are made of and what they never hold."""

import csv
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from javascript import Token, strings, tokens

import dashboards
from dashboards.catalogue import texts
from pipelines.ingest.contract import (
    EVENT_SOURCES,
    REASONS,
    REFUSED_DECISIONS,
    REFUSED_SNAPSHOT,
    ROSTER_VALUES,
)
from pipelines.project import DBT_PROJECT

PACKAGE = Path(dashboards.__file__).parent
SCRIPTS = sorted(PACKAGE.glob("assets/*.js"))
SEED = (DBT_PROJECT / "seeds" / "rules.csv").read_text(encoding="utf-8")
RULES = {row["rule_code"] for row in csv.DictReader(SEED.splitlines())}
STYLES = sorted(PACKAGE.glob("assets/*.css"))
TEMPLATES = sorted(PACKAGE.glob("templates/*.j2"))
CHINESE_ALONE = {"inputs.html.j2", "lineage.html.j2", "plain.html.j2", "run.html.j2"}
CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff，：；！？（）]")

# After ES5, or after Chrome 60.
LATER_WORD = re.compile(
    "let|const|class|import|export|async|await|yield|super|Promise|Symbol|Map|Set|WeakMap|WeakSet|Proxy|Reflect|"
    "BigInt|globalThis|queueMicrotask|structuredClone|ResizeObserver|AbortController"
)
LATER_METHOD = re.compile(
    "flat|flatMap|fromEntries|replaceAll|matchAll|at|allSettled|replaceChildren|toggleAttribute|trimStart|trimEnd|"
    "findLast|toSorted|hasOwn"
)
LATER_SIGN = re.compile(r"=>|\.\.\.|\*\*|\?\?|\?\.")
NETWORK = re.compile(
    "fetch|XMLHttpRequest|WebSocket|EventSource|(?:Shared)?Worker|importScripts|sendBeacon|serviceWorker"
)
MARKUP = re.compile(
    "innerHTML|outerHTML|insertAdjacentHTML|writeln|createContextualFragment|DOMParser|srcdoc|eval"
)
CONTROL = re.compile("if|for|while|switch|catch|with|function|return|typeof")
# Two words and more that begin like a sentence, end like one, or run on like one.
SENTENCE = re.compile(
    r"(?:^|[.!?] )[A-Z][a-z]+(?: [A-Za-z]+)+|[a-z]+ [a-z]+ [a-z]+ [a-z]+|[A-Za-z]+ [a-z]+[.!?…]$"
)
LATER_CSS = re.compile(
    r"[;{\s](?:gap|row-gap|column-gap|inset|aspect-ratio|place-items)\s*:|(?<![\w-])(?:clamp|min|max)\(|"
    r":is\(|:where\(|:has\(|@layer|@container|@supports|color-mix|\d[dsl]v[hw]\b|&\s"
)


@cache
def code(path: Path) -> list[Token]:
    """The tokens of a script without its comments."""
    return [t for t in tokens(path.read_text(encoding="utf-8")) if t.kind != "comment"]


@cache
def literals() -> dict[str, list[str]]:
    """The string literals of every script and template, by file name."""
    found = {p.name: [t.text for t in strings(p.read_text(encoding="utf-8"))] for p in SCRIPTS}
    for path in TEMPLATES:
        inside = re.findall(r"{[{%](.*?)[%}]}", path.read_text(encoding="utf-8"), re.DOTALL)
        found[path.name] = [s for part in inside for s in re.findall(r'"([^"]*)"', part)]
    return found


def all_code() -> str:
    """Scripts and the Python of the pages, as text."""
    return "\n".join(p.read_text(encoding="utf-8") for p in [*SCRIPTS, *PACKAGE.glob("*.py")])


def python_strings() -> set[str]:
    """What stands in double quotes in the Python of the pages."""
    return set(re.findall(r'"([\w.+-]+)"', "\n".join(p.read_text("utf-8") for p in PACKAGE.glob("*.py"))))


def closing(listed: list[Token], at: int) -> int:
    """Where the parenthesis that opens at `at` closes."""
    depth = 0
    for i in range(at, len(listed)):
        depth += {"(": 1, ")": -1}.get(listed[i].text, 0) if listed[i].kind == "sign" else 0
        if not depth:
            return i
    raise AssertionError(f"line {listed[at].line}: never closed")


def later_syntax(listed: list[Token]) -> list[str]:
    """What came to JavaScript after ES5, or to browsers after Chrome 60: `line: text`."""
    found = []
    padded = [Token("sign", ";", 0), *listed, *[Token("sign", ";", 0)] * 3]
    for i, (kind, text, line) in enumerate(padded[1:-3], start=1):
        before, after, then = padded[i - 1].text, padded[i + 1].text, padded[i + 2].text
        is_name = before == "." or after == ":"
        if (
            kind == "template"
            or (kind == "sign" and LATER_SIGN.fullmatch(text))
            or (kind == "regex" and re.search(r"\(\?<|\\p{|/[gim]*[^gim/]+$", text))
            or (kind == "word" and not is_name and LATER_WORD.fullmatch(text))
            or (kind == "word" and before == "." and after == "(" and LATER_METHOD.fullmatch(text))
            or (text == "var" and after in "[{")
            or (text == "of" and kind == "word" and padded[i - 2].text in ("(", "var"))
            or (text == "," and kind == "sign" and after == ")")
        ):
            found.append(f"{line}: {text}")
        if kind == "word" and after == "(" and not CONTROL.fullmatch(text):
            end = closing(padded, i + 1)
            if padded[end + 1].text == "{" and before != "function":
                found.append(f"{line}: {text}() {{ — a method without `function`")
        if text == "function":
            start = i + 1 if after == "(" else i + 2 if then == "(" else 0
            arguments = [t.text for t in padded[start : closing(padded, start)]] if start else ["*"]
            if {"=", "{", "[", "*"} & set(arguments):
                found.append(f"{line}: function with defaults, patterns or a star")
    return found


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_scripts_are_classic_es5(path):
    """Scripts run in old browsers: no arrow, let, template, class, module or promise, nor any later API."""
    assert later_syntax(code(path)) == []


@pytest.mark.parametrize(
    "script",
    ["let a = 1;", "const a = 1;", "f(() => 1);", "`a`;", "class A {}", "import 'a';", "a?.b;", "a ?? b;",
     "f(...a);", "for (var a of b) {}", "var {a} = b;", "function f(a = 1) {}", "x = {f() { return 1; }};",
     "f(a,);", "new Map();", "a.flat();", "a ** b;", "async function f() {}", "/(?<a>b)/;", "/a/u;",
     "Promise.all([]);"],
)  # fmt: skip
def test_later_syntax_is_recognised(script):
    """The guard of ES5 sees what it is there for, also beside quotes, comments and regular expressions."""
    assert later_syntax(tokens("var s = 'it\\'s', r = /[/'\"]/g; " + script))


def test_es5_is_let_through():
    """The guard of ES5 passes plain scripts, whatever their strings, comments and names hold."""
    script = """
      /* let const => */ var of = {let: 1, of: 2, 'class': 3}, a = b / c / d; // `x`
      for (var k in of) { if (of.let) { f(function (x) { return /=>|`/g.test(x); }, 'const', "`"); } }
      row.at = of.class; while (a) { a -= 1; } try { f(); } catch (e) { g(e); }
    """
    assert later_syntax([t for t in tokens(script) if t.kind != "comment"]) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_scripts_make_no_markup_and_reach_no_network(path):
    """Names can't become markup or code, and nothing is asked for but the folder's own scripts."""
    listed = code(path)
    words = [t for t in listed if t.kind == "word"]
    assert [
        f"{t.line}: {t.text}" for t in words if MARKUP.fullmatch(t.text) or NETWORK.fullmatch(t.text)
    ] == []
    phrases = {(a.text, b.text) for a, b in pairwise(words)}
    assert not {("new", "Function"), ("document", "write")} & phrases
    addresses = [t.text for t in listed if t.kind == "string" and re.search(r"https?:|^//", t.text)]
    names = r"http://(schemas\.openxmlformats\.org|www\.w3\.org)/"  # of XML, never asked for
    assert [a for a in addresses if not re.match(names, a[1:])] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_scripts_hold_no_words_of_their_own(path):
    """What readers read stands in the catalogue: no Chinese in a script, and no English sentence."""
    listed = code(path)
    assert [f"{t.line}: {t.text}" for t in listed if CJK.search(t.text)] == []
    sentences = [
        f"{t.line}: {t.text}" for t in listed if t.kind == "string" and SENTENCE.search(t.text[1:-1])
    ]
    assert sentences == []


def test_templates_hold_no_words_of_their_own():
    """Shells take their words from the catalogue as well; pages for auditors are in Chinese alone."""
    for path in TEMPLATES:
        if path.name in CHINESE_ALONE:
            continue
        page = path.read_text(encoding="utf-8")
        plain = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", "", page, flags=re.DOTALL)
        assert re.findall(r"\w+", plain) == [], path.name


def asked_for() -> set[str]:
    """The keys that scripts name whole in a call of `t`."""
    found = set()
    for path in SCRIPTS:
        listed = code(path)
        for name, bracket, key, after in zip(listed, listed[1:], listed[2:], listed[3:], strict=False):
            if name.text == "t" and bracket.text == "(" and key.kind == "string" and after.text in ",)":
                found.add(key.text[1:-1])
    return found


def test_every_word_asked_for_is_in_the_catalogue():
    """A key that a script asks for has a text."""
    assert asked_for() - set(texts()["zh"]) == set()


def test_every_text_of_the_catalogue_is_used():
    """Each text of the catalogue is shown somewhere: by its key, or by a part of it and a known word."""
    held = {s for listed in literals().values() for s in listed} | python_strings()
    words = held | RULES | {t.text for path in SCRIPTS for t in code(path) if t.kind == "word"}
    kinds = set(re.findall(r"named\(['\"]([\w.]+)['\"]", all_code()))  # of codes that come with the data

    def used(key: str) -> bool:
        parts = re.split(r"(?<=[._])", key)
        heads = ["".join(parts[:i]) for i in range(1, len(parts))]
        tails = [(head, key[len(head) :]) for head in heads]
        return (
            key in held
            or any(head[:-1] in kinds for head in heads)
            or any(
                head in held and (tail.isdigit() or {tail, re.split(r"[._]", tail)[0]} & words)
                for head, tail in tails
            )
        )

    assert [key for key in texts()["zh"] if not used(key)] == []


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("source", [*EVENT_SOURCES, "roster", "decisions"]),
        ("reason", [*REASONS, REFUSED_SNAPSHOT, REFUSED_DECISIONS]),
        ("decision", ["awarded", "over_cap", "not_met"]),
        ("stage", ROSTER_VALUES["schools.csv", "stage"]),
        ("cap_period", ["day", "week", "year"]),
        ("rule", RULES),
        ("do", RULES - {"login"}),
    ],
)
def test_codes_of_the_contract_have_words(kind, codes):
    """A page names a source, a reason or a decision in words, in every language."""
    for language in texts().values():
        assert [c for c in codes if f"{kind}.{c}" not in language] == []


def test_languages_fill_in_the_same_values():
    """A text has the same {places} in every language, and English ones are English."""
    for key, en in texts()["en"].items():
        zh = texts()["zh"].get(key, en)  # an indicator's Chinese name is the seed's
        assert set(re.findall(r"{\w+}", zh)) == set(re.findall(r"{\w+}", en)), key
        assert key == "lang.other" or not CJK.search(en), key


@pytest.mark.parametrize("path", STYLES, ids=lambda p: p.name)
def test_styles_ask_for_nothing_and_suit_old_browsers(path):
    """Styles load no file and do without what browsers learnt after Chrome 60 (gaps of flex boxes, clamp)."""
    css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"url\(|@import|@font-face", css) == []
    assert LATER_CSS.findall(css) == []
