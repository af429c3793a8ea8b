"""Every formula has a card that can be read without a network: typeset, with its traps, and a look on data."""

import pytest

import kit
from kit.report import cards
from kit.report.listing import formulas, markdown

FORMULAS = formulas()


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_can_be_typeset(name):
    assert FORMULAS[name][0].formula and cards.svg(FORMULAS[name][0].formula).startswith("<svg")


def test_a_formula_that_cannot_is_shown_as_it_is_written():
    assert cards.svg(r"\begin{cases} 1 \end{cases}") is None


def test_all_names_stand_in_the_table_once():
    listed = [name for row in markdown().splitlines()[2:] for name in row.split("|")[1].replace("`", "").split(",")]
    assert sorted(name.strip() for name in listed) == sorted(kit.registry())
    assert sum(map(len, FORMULAS.values())) == len(kit.registry())


def test_sections_of_a_docstring_are_told_apart():
    doc = "Title.\n\nWords that\ngo on.\n\n.. math:: x\n\nNotes\n-----\n- First trap,\n  in two lines.\n- Second.\n\n" \
          "References\n----------\nSomeone (2020)."
    assert cards.section(doc, None) == ["Words that go on."]
    assert cards.section(doc, "Notes") == ["First trap, in two lines.", "Second."]
    assert cards.section(doc, "Parameters") == []


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Cards of three formulas, of the embedded market: ticks, names of several windows, a label."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KIT_DATA", raising=False)
        index = cards.cards(tmp_path_factory.mktemp("cards"), ["l1_imbalance", "rv", "log_return"])
    return {path.name: path.read_text() for path in index.parent.iterdir()}


def test_a_page_a_formula_and_an_index_by_family(written):
    assert sorted(written) == ["index.html", "l1_imbalance.html", "log_return.html", "rv.html"]
    assert all(f'href="{name}"' in written["index.html"] for name in written if name != "index.html")
    assert "<h2>Volatility</h2>" in written["index.html"]


def test_a_page_says_what_the_registry_knows(written):
    page = written["l1_imbalance.html"]
    for words in ("-1 to 1", "changes sign", "Gould &amp; Bonart (2016)", "<svg", "data:image/png;base64"):
        assert words in page
    assert "rv_20d" in written["rv.html"] and "window = 20d" in written["rv.html"]
    assert "label" in written["log_return.html"]


def test_what_is_synthetic_says_so_and_nothing_is_fetched(written):
    assert all("SYNTHETIC" in page for name, page in written.items() if name != "index.html")
    assert not any("<script" in page or 'src="http' in page for page in written.values())
