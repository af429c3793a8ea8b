"""Tables: the compiled reading of numbers is Arrow's to the bit, and cuts between blocks are nobody's business."""

import gzip
import threading
import tracemalloc
import zipfile

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.refusal import Refusal
from kit.sources import digits, inflate, tables

TYPES = {"i": tables.INTEGER, "x": tables.NUMBER, "f": tables.FLAG}

plain = st.from_regex(r"-?([0-9]{1,11}\.[0-9]{0,4}|[0-9]{1,15}|\.[0-9]{1,8})", fullmatch=True)
whole = st.from_regex(r"-?[0-9]{1,18}", fullmatch=True)
flag = st.sampled_from(["true", "false", "True", "False"])
anything = st.text(st.sampled_from("0123456789.-+eE, \"truefals"), max_size=6)


def csv(rows):
    return "".join(",".join(row) + "\n" for row in rows).encode()


@settings(deadline=None)
@given(st.lists(st.tuples(whole, plain, flag, st.text("0x. ")), min_size=1, max_size=20))
def test_plain_numbers_are_read_as_arrow_reads_them(rows):
    ours = digits.table(csv(rows), TYPES, ["i", "x", "f", "skipped"])
    theirs = tables._parse(csv(rows), TYPES, ["i", "x", "f", "skipped"], threads=False)
    assert ours.schema == theirs.schema
    for name in TYPES:
        assert ours[name].to_numpy().tobytes() == theirs[name].to_numpy().tobytes()


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.one_of(whole, plain, flag, anything)] * 3), min_size=1, max_size=6))
def test_of_any_text_the_compiled_reading_says_what_arrow_says_or_nothing(rows):
    ours = digits.table(csv(rows), TYPES, list(TYPES))
    if ours is not None:
        assert ours.equals(tables._parse(csv(rows), TYPES, list(TYPES), threads=False))


@pytest.mark.parametrize("number", ["12345678901234567.8", "0.12345678901234567", "9007199254740993",
                                    "-123456789.123456789", "1e5", "nan", "inf", "", " 1.5"])
def test_numbers_that_are_not_plain_are_left_to_arrow_and_read(tmp_path, number):
    assert digits.table(f"{number},1\n".encode(), {"x": tables.NUMBER}, ["x", "y"]) is None
    (tmp_path / "a.csv").write_text(f"x,y\n{number},1\n2.5,1\n")
    block, = tables.blocks(tmp_path / "a.csv", {"x": tables.NUMBER})
    np.testing.assert_array_equal(block.numbers("x"), [float(number or "nan"), 2.5])


def test_an_integer_has_no_point():
    assert digits.table(b"7.\n", {"i": tables.INTEGER}, ["i"]) is None
    assert digits.table(b"7.\n", {"x": tables.NUMBER}, ["x"])["x"][0].as_py() == 7.0


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".zip", ".parquet"])
@pytest.mark.parametrize("size", [7, 64, 1 << 20])
def test_a_table_does_not_depend_on_its_ending_or_its_blocks(tmp_path, monkeypatch, ending, size):
    monkeypatch.setattr(tables, "BYTES", size)
    monkeypatch.setattr(tables, "ROWS", size)
    i, x = np.arange(100), np.arange(100) / 8
    file = write(tmp_path / f"a{ending}", pa.table({"i": i, "x": x}))
    blocks = list(tables.blocks(file, {"x": tables.NUMBER, "i": tables.INTEGER}))
    assert tables.header(file) == ["i", "x"]
    assert np.concatenate([block.numbers("x") for block in blocks]).tolist() == x.tolist()
    assert np.concatenate([block.complete("i") for block in blocks]).tolist() == i.tolist()
    assert [block.row for block in blocks] == np.cumsum([0, *(b.table.num_rows for b in blocks[:-1])]).tolist()


def write(path, table):
    if path.suffix == ".parquet":
        pa.parquet.write_table(table, path)
        return path
    text = table.to_pandas().to_csv(index=False).encode()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{path.stem}.csv", text)
    else:
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


@pytest.mark.parametrize("size", [1, 5, 12, 1000])
def test_rows_of_one_message_stay_in_one_block(tmp_path, monkeypatch, size):
    monkeypatch.setattr(tables, "ROWS", size)
    key = np.repeat([5, 5, 6, 7, 7, 8, 9], [1, 1, 1, 4, 1, 9, 1])
    file = write(tmp_path / "a.parquet", pa.table({"key": key, "x": np.arange(len(key))}))
    blocks = list(tables.whole(tables.blocks(file, {"key": tables.INTEGER, "x": tables.INTEGER}), "key"))
    keys = [block.complete("key") for block in blocks]
    assert all(before[-1] != after[0] for before, after in zip(keys[:-1], keys[1:], strict=True))
    assert np.concatenate([block.complete("x") for block in blocks]).tolist() == list(range(len(key)))
    assert [b.row for b in blocks] == [int(b.complete("x")[0]) for b in blocks]


@pytest.mark.parametrize("ending", [".csv.gz", ".zip"])
def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(tables, "BYTES", 1 << 16)

    def peak(rows):
        file = write(tmp_path / f"{rows}{ending}", pa.table({"i": np.arange(rows), "x": np.arange(rows) / 8}))
        for _ in tables.blocks(file, {"i": tables.INTEGER}):  # compiles
            break
        tracemalloc.start()
        for _ in tables.blocks(file, {"i": tables.INTEGER, "x": tables.NUMBER}):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(400_000) < 1.2 * peak(50_000) < 8 << 20


def test_a_zip_that_inflates_beyond_what_it_declares_is_stopped(tmp_path):
    file = write(tmp_path / "a.zip", pa.table({"x": np.arange(100_000)}))
    declared, real = (588_892).to_bytes(4, "little"), file.read_bytes()
    assert zipfile.ZipFile(file).infolist()[0].file_size == 588_892
    file.write_bytes(real.replace(declared, (60_000).to_bytes(4, "little")))
    with pytest.raises(Refusal, match="zip bomb: inflates beyond its declared 60000 bytes"):
        list(tables.blocks(file, {"x": tables.INTEGER}))


def test_ahead_keeps_order_and_passes_errors_on():
    def items():
        yield from range(5)
        raise Refusal("the end")

    seen = []
    with pytest.raises(Refusal, match="the end"):
        for item in inflate.ahead(items()):
            seen.append(item)  # noqa: PERF402
    assert seen == list(range(5))


def test_a_reader_that_is_given_up_joins_no_thread(monkeypatch):
    """Collected as garbage while a thread is being started, it would wait for ever."""
    items = inflate.ahead(iter(range(5)))
    assert next(items) == 0
    monkeypatch.setattr(threading.Thread, "join", lambda *_: pytest.fail("joined a thread"))
    items.close()
