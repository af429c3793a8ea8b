"""A report is whole, honest about what it was made from, and needs no network; or it names the cell that failed."""

import json
import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from kit import provenance, report
from kit.refusal import Refusal

PARAMETERS = "dataset = 'synthetic'\nsymbol = 'SIM-BTC'\nseed = 0\nsize = 100"
DATA = """
import numpy as np, pandas as pd
from kit import provenance, report
frame = pd.DataFrame({"time": pd.date_range("2024-08-08", periods=size, freq="s", tz="UTC", unit="ns"),
                      "price": 100 + np.random.default_rng(seed).normal(size=size)})
provenance.of(dict(dataset=dataset, symbol=symbol, seed=seed, size=size), {"trades": frame})
"""
FIGURE = """
import sys; print("50 %", file=sys.stderr)
from kit.plot import market
market.price_and_spread(pd.DataFrame({"mid": frame.price.to_numpy(), "spread": 1e-4}, index=frame.time))
"""
NUMBERS = """
numbers = report.Numbers()
numbers.add("mean_price", frame.price.mean(), low=99.0, high=101.5, unit="USD", headline=True)
numbers.add("no_history", float("nan"))
numbers
"""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def notebook(folder, *cells):
    """A notebook of code cells, behind a heading and the parameters."""
    first = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    path = folder / "asset.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# A market"), first, *map(new_code_cell, cells)]), path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A notebook and two reports of it, on a synthetic and on a real market."""
    folder = tmp_path_factory.mktemp("project")
    asset = notebook(folder, DATA, FIGURE, NUMBERS)
    (folder / "reports").mkdir()
    for left in ("ipynb", "json"):
        (folder / "reports" / f"asset-mine-BTC.failed.{left}").touch()
    report.render(asset, {"dataset": "synthetic", "symbol": "SIM-LTC", "seed": 7}, folder / "reports")
    report.render(asset, {"dataset": "mine", "symbol": "BTC"}, folder / "reports")
    report.contents(folder / "reports")
    return folder


@pytest.fixture
def page(folder):
    return folder / "reports" / "asset-synthetic-SIM-LTC.html"


@pytest.fixture
def record(page):
    return json.loads(page.with_suffix(".json").read_text())


class Loads(HTMLParser):
    """Everything that a page would fetch while it opens."""

    def __init__(self, page):
        super().__init__()
        self.found = re.findall(r"url\(\s*['\"]?(?!data:)[^)]*|@import[^;]*", page)
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        source = attrs.get("src") or (attrs.get("href") if tag == "link" else None)
        if source and not source.startswith("data:"):
            self.found.append(source)


def test_page_needs_nothing_but_itself(page):
    assert Loads('<script src="https://cdn/x.js"></script><p style="background:url(a.png)">').found  # it can find some
    assert Loads(page.read_text()).found == []
    assert Loads(page.with_name("index.html").read_text()).found == []


def test_first_lines_say_what_ran_where_on_which_data(page):
    text = re.sub(r"<[^>]+>", "\n", page.read_text().split("<main>")[1])
    assert text.index("SYNTHETIC") < text.index("arrays: ") < text.index("trades: 100 rows") < text.index("mean_price")
    assert "2024-08-08 00:00:00+00:00 to 2024-08-08 00:01:39+00:00" in text


def test_real_data_bear_no_synthetic_banner(page):
    assert "SYNTHETIC" in page.read_text()
    assert "SYNTHETIC" not in page.with_name("asset-mine-BTC.html").read_text()


def test_every_number_stands_in_the_record_to_the_bit(record):
    expected = 100 + np.random.default_rng(7).normal(size=100)
    number = record["numbers"]["mean_price"]
    assert number["value"] == pd.Series(expected).mean()
    assert (number["low"], number["high"], number["unit"]) == (99.0, 101.5, "USD")
    assert np.isnan(float(record["numbers"]["no_history"]["value"]))
    assert list(record["numbers"]) == ["mean_price", "no_history"]
    assert record["provenance"]["seed"] == 7 and record["provenance"]["parameters"]["symbol"] == "SIM-LTC"


def test_figure_is_shown_once_and_described(page):
    images = re.findall(r"<img[^>]*>", page.read_text())
    assert len(images) == 1
    assert 'alt="Mid price and quoted spread"' in images[0]


def in_browser(page, script, tmp_path):
    """What a script at the end of the page leaves in the body's `data-said`, in a real browser."""
    copy = tmp_path / "opened.html"
    said = f"<script>document.body.dataset.said = JSON.stringify((() => {{ {script} }})())</script></body>"
    copy.write_text(page.read_text().replace("</body>", said))
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
               "--disable-background-networking", "--disable-component-update",
               f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", copy.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    return json.loads(re.search(r'data-said="([^"]*)"', dom)[1].replace("&quot;", '"'))


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to open the page in")
def test_code_is_hidden_until_the_button_is_pressed(page, tmp_path):
    script = """
        const seen = () => [...document.querySelectorAll(".input")].map(cell => cell.offsetHeight > 0);
        const button = document.getElementById("code"), states = [seen()];
        for (let press = 0; press < 2; press++) { button.click(); states.push(seen()); }
        const aside = () => document.querySelector(".aside").offsetHeight > 0;
        const progress = [aside(), (button.click(), aside())];
        const fetched = performance.getEntriesByType("resource").filter(entry => !entry.name.startsWith("data:"));
        return {states, figure: document.querySelector("img").naturalWidth, fetched: fetched.length, progress};
    """
    said = in_browser(page, script, tmp_path)
    assert len(said["states"][0]) == 5  # parameters, injected parameters, and the three cells of code
    assert [set(state) for state in said["states"]] == [{False}, {True}, {False}]
    assert said["figure"] > 1000
    assert said["progress"] == [False, True]
    assert said["fetched"] == 0


FAILURES = {
    "raises": ("prices = [1]\nprices[3]", r"cell 4 `prices = \[1\]`: IndexError: list index out of range"),
    "refuses": ("from kit.refusal import Refusal\nraise Refusal('missing', file='a.csv', column='bid')",
                r"cell 4 `from kit.refusal import Refusal`: Refusal: a.csv, column 'bid': missing"),
    "exits": ("import sys; sys.exit(3)", r"cell 4 `import sys; sys.exit\(3\)`: SystemExit: 3"),
    "kills its kernel": ("import os; os._exit(1)", r"cell 4 `import os; os._exit\(1\)`: DeadKernelError: Kernel died"),
    "takes too long": ("import time; time.sleep(600)", r"cell 4 `import time; time.sleep\(600\)`: CellTimeoutError"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_failure_names_the_cell_and_leaves_the_earlier_page(failure, page, tmp_path):
    source, said = FAILURES[failure]
    for suffix in (".html", ".json"):
        shutil.copy(page.with_suffix(suffix), tmp_path / f"asset{suffix}")
    with pytest.raises(report.ReportFailed, match=rf"asset\.ipynb, {said}"):
        report.render(notebook(tmp_path, "ready = True", source, NUMBERS), {}, tmp_path,
                      timeout=8 if failure == "takes too long" else 300)
    assert (tmp_path / "asset.html").read_bytes() == page.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "asset.failed.ipynb", "asset.failed.json", "asset.html", "asset.ipynb", "asset.json"]
    assert source in [cell.source for cell in nbformat.read(tmp_path / "asset.failed.ipynb", 4).cells]
    listed = unescape(re.sub(r"<[^>]+>", "", report.contents(tmp_path).read_text().replace("</td><td>", ": ")))
    assert "1 report, 1 failed" in listed and re.search(said, listed)


def test_success_clears_the_failure_before_it_and_leaves_nothing_else(folder):
    assert sorted(path.name for path in (folder / "reports").iterdir()) == [
        "asset-mine-BTC.html", "asset-mine-BTC.json", "asset-synthetic-SIM-LTC.html", "asset-synthetic-SIM-LTC.json",
        "index.html"]


@pytest.mark.parametrize(("cells", "parameters", "said"), [
    ((DATA,), {}, "no cell shows numbers"),
    (("from kit import report\nn = report.Numbers()\nn.add('one', 1)\nn",), {}, "no cell shows provenance"),
    ((DATA, NUMBERS), {"simbol": "BTC"}, "no parameter simbol.*dataset, symbol, seed, size"),
])
def test_report_without_numbers_provenance_or_such_a_parameter_is_refused(cells, parameters, said, tmp_path):
    with pytest.raises(Refusal, match=said):
        report.render(notebook(tmp_path, *cells), parameters, tmp_path / "reports")
    assert list((tmp_path / "reports").iterdir()) == []


def test_contents_list_every_report_with_headline_period_and_banner(page, record):
    real, synthetic = re.findall(r"<tr>\s*<td>.*?</tr>", page.with_name("index.html").read_text(), re.S)
    assert 'href="asset-mine-BTC.html"' in real and "SYNTHETIC" not in real
    assert 'href="asset-synthetic-SIM-LTC.html"' in synthetic and "SYNTHETIC" in synthetic
    mean = record["numbers"]["mean_price"]["value"]
    assert f"mean_price {mean:.5g} [99, 101.5] USD" in synthetic
    assert "no_history" not in synthetic
    assert "2024-08-08 00:00:00<br>2024-08-08 00:01:39" in synthetic


def test_verify_names_what_came_out_differently_and_nothing_else(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "project")
    path = tmp_path / "project" / "reports" / "asset-mine-BTC.json"
    record = json.loads(path.read_text())
    moved = np.nextafter(record["numbers"]["mean_price"]["value"], 0)
    record["numbers"]["mean_price"] |= {"value": moved, "low": 98.0}
    record["numbers"]["gone"] = {"value": 1, "unit": "1", "note": "", "headline": False}
    record["provenance"]["data"][0]["hash"] = "another"
    path.write_text(json.dumps(record))
    data, gone, low = report.verify(path, tolerance=1e-12)
    assert "another" in data and data.startswith("data: was ")
    assert gone == "gone: no longer there"
    assert low == "mean_price, low: was 98.0, is 99.0"


def test_numbers_are_recorded_once_and_are_numbers():
    numbers = report.Numbers()
    numbers.add("r2", np.float32(0.5))
    with pytest.raises(Refusal, match="'r2' is recorded already"):
        numbers.add("r2", 0.6)
    for value in ("0.5", True, None, [1.0]):
        with pytest.raises(Refusal, match="is not a number"):
            numbers.add("other", value)
    numbers.table("correlation", pd.DataFrame({"a": [1.0, -np.inf]}, index=["a", "b"]), unit={"a": "bp"})
    assert json.loads(json.dumps(numbers.rows, allow_nan=False))["correlation[b, a]"]["value"] == "-inf"
    numbers.add("correlation", 123456)
    assert list(numbers.rows) == ["r2", "correlation[a, a]", "correlation[b, a]", "correlation"]
    shown = numbers._repr_mimebundle_()["text/html"]
    assert "<th>correlation</th><td>123,456</td>" in shown and "correlation (2)" in shown and "[a, a]" not in shown


def test_data_hash_of_integers_some_of_which_are_missing_is_of_their_values():
    made = [pd.DataFrame({"price": pd.array([10**6 + i, None], dtype="Int64")}) for i in (0, 0, 1)]
    same, again, other = map(provenance.fingerprint, made)
    assert same == again != other


def test_events_of_a_chain_are_from_block_to_block():
    told = provenance.of({}, {"swaps": pd.DataFrame({"block": [12, 15]})}).data
    assert (told[0]["first"], told[0]["last"]) == ("block 12", "block 15")


def test_score_is_recorded_with_its_interval_and_method():
    from kit.model.scores import Score

    numbers = report.Numbers()
    numbers.add("r2_zero", Score(0.1, 0.05, np.nan, 1000, "bootstrap"))
    assert numbers.rows["r2_zero"] == {"value": 0.1, "low": 0.05, "high": "nan", "unit": "1", "note": "bootstrap",
                                       "headline": False}


def frame():
    return pd.DataFrame({"time": pd.date_range("2024-08-08", periods=3, freq="s", tz="UTC"),
                         "price": [1.0, 2.0, np.nan],
                         "side": np.array([1, -1, 0], dtype="int8"), "id": ["a", "b", None]})


def test_data_hash_is_of_the_values_and_of_nothing_else():
    same = provenance.fingerprint(frame())
    assert provenance.fingerprint(frame()[["side", "price", "id", "time"]]) == same
    assert provenance.fingerprint(frame().assign(time=lambda f: f.time.astype("datetime64[ns, UTC]"))) == same
    assert provenance.fingerprint(frame().set_index(np.array([5, 6, 7]))) == same


@pytest.mark.parametrize("change", [
    lambda f: f.assign(price=[np.nextafter(1.0, 2), 2.0, np.nan]), lambda f: f.assign(id=["a", "c", None]),
    lambda f: f.assign(time=f.time + pd.Timedelta("1us")), lambda f: f.rename(columns={"price": "prices"}),
    lambda f: f[:2], lambda f: f.assign(side=f.side.astype("int16")), lambda f: f[::-1]])
def test_data_hash_sees_every_change(change):
    assert provenance.fingerprint(change(frame())) != provenance.fingerprint(frame())
