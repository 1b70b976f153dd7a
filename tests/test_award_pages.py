"""The showcase of a campaign and the page that checks codes, in a Chromium without a network."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from award_hands import award, candidates
from browser import Visit
from pages import PHONE
from test_award_issuing import decided, fonts, issued, winners  # noqa: F401 - fixtures

from pipelines.award.certified import all_certificates
from pipelines.award.showcase_page import take_over
from pipelines.award.state import State
from pipelines.files import write_json
from pipelines.home import Home

Begin = Callable[..., Visit]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shown(issued: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """The showcase of an issued campaign with a revoked certificate, in a HOME's site; AWARD beside it."""
    folder = tmp_path_factory.mktemp("shown")
    shutil.copytree(issued, folder / "A")
    (folder / "home" / "site").mkdir(parents=True)
    write_json(folder / "home" / "run.json", {"run_id": "r"})
    number = next(iter(all_certificates(State.read(folder / "A"))))
    words = ("--number", number, "--reason", "材料不实", "--on", "2022-07-01")
    assert award("revoke", folder / "A", *words) == 0
    assert award("showcase", folder / "A", "--home", folder / "home", "--on", "2022-07-01") == 0
    return folder


@pytest.mark.parametrize("page", ["index.html", "check.html"])
@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_showcase_pages_can_be_used_by_all(visit: Begin, shown: Path, page: str, look: str) -> None:
    """No request goes outside, nothing scrolls sideways on a phone, axe-core finds nothing, copied alone."""
    options = {"phone": {"viewport": PHONE}, "dark": {"color_scheme": "dark"}}.get(look, {})
    opened = visit(**options).open(shown / "home" / "site" / "showcase" / page)
    assert opened.too_wide() == []
    assert opened.violations() == []


def test_the_showcase_names_every_winner(visit: Begin, shown: Path) -> None:
    """Names and values of the page are those of the results, and nobody else is named."""
    opened = visit().open(shown / "home" / "site" / "showcase" / "index.html")
    text = opened.page.locator("main").inner_text()
    rows = candidates(shown / "A")
    for key in winners(shown / "A"):
        assert rows[key]["姓名或校名"] in text
        assert rows[key]["指数或评审均分"] in text
    won = {rows[key]["姓名或校名"] for key in winners(shown / "A")}
    lost = {row["姓名或校名"] for row in rows.values() if row["奖项"] == "深度应用优秀个人"} - won
    assert lost
    assert not [name for name in lost if name in opened.page.content()]


def test_the_page_tells_of_a_code_what_the_command_tells(visit: Begin, shown: Path) -> None:
    """Each code opens its own certificate; a revoked one says so; an unknown or mistyped one is told."""
    opened = visit().open(shown / "home" / "site" / "showcase" / "check.html")

    def answer(code: str) -> str:
        opened.page.fill("#code", code)
        opened.page.click("button")
        return opened.page.inner_text("#answer")

    found = all_certificates(State.read(shown / "A"))
    for certificate in found.values():
        told = answer(certificate.code.lower())
        assert ("已于 2022-07-01 作废" in told) == certificate.is_revoked
        assert ("核验通过" in told) != certificate.is_revoked
        assert certificate.holder_name in told
        assert {c.number for c in found.values() if c.number in told} == {certificate.number}
    assert "查无此码" in answer("0000-0000-0000-0000")
    assert "16 位" in answer("12")
    page = opened.page.content()
    assert not [c for c in found.values() if c.code in page]


def test_a_changed_register_is_not_believed_by_the_page(visit: Begin, shown: Path, tmp_path: Path) -> None:
    """An entry of which one digit was changed is refused by the page."""
    source = shown / "home" / "site" / "showcase"
    shutil.copytree(source, tmp_path / "s")
    register = json.loads((shown / "A" / "register" / "register.json").read_text(encoding="utf-8"))
    text = (source / "check.html").read_text(encoding="utf-8")
    for entry in register["entries"].values():
        text = text.replace(entry, entry[:-1] + ("0" if entry[-1] != "0" else "1"))
    (tmp_path / "s" / "check.html").write_text(text, encoding="utf-8")
    opened = visit().open(tmp_path / "s" / "check.html")
    opened.page.fill("#code", next(iter(all_certificates(State.read(shown / "A")).values())).code)
    opened.page.click("button")
    assert "被改动过" in opened.page.inner_text("#answer")


def test_a_run_takes_the_showcase_over(shown: Path, tmp_path: Path) -> None:
    """The next release's site has the showcase of the last one, byte for byte, or one without winners."""
    home = Home(shown / "home")
    (tmp_path / "site").mkdir()
    take_over(home, tmp_path / "site")
    before, after = shown / "home" / "site" / "showcase", tmp_path / "site" / "showcase"
    names = sorted(p.relative_to(before) for p in before.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(after) for p in after.rglob("*") if p.is_file())
    assert all((before / name).read_bytes() == (after / name).read_bytes() for name in names)
    (tmp_path / "other").mkdir()
    take_over(Home(tmp_path / "none"), tmp_path / "other")
    assert "尚未公示名单" in (tmp_path / "other" / "showcase" / "index.html").read_text(encoding="utf-8")
