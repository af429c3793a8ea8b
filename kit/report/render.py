"""From a notebook and its parameters to a page and its numbers, or to the name of the cell that failed.

- The notebook runs in this Python, whatever kernels the machine has registered.
- A page replaces the one before it only when it is whole; a failure leaves the earlier page as it is.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from kit import provenance
from kit.refusal import Refusal
from kit.report import numbers

PAGE = Path(__file__).parent
TIMEOUT = 1800
"""Seconds that one cell may take."""


@dataclass(frozen=True)
class Rendered:
    """A report: its page, its numbers, and the seconds it took."""

    html: Path
    json: Path
    seconds: float


class ReportFailed(RuntimeError):
    """A notebook that did not run to its end; the message names notebook, cell and error."""


def render(notebook, parameters, into, *, timeout=TIMEOUT) -> Rendered:
    """Run a notebook and write its report.

    Parameters
    ----------
    notebook : path
        Has a cell tagged ``parameters``, and shows a `kit.provenance.Provenance` and a `kit.report.Numbers`.
    parameters : dict
        Values for some or all of the notebook's parameters.
    into : path
        Folder of the reports. Gets ``<name>.html`` and ``<name>.json``; after a failure, ``<name>.failed.ipynb``, the
        notebook as far as it came, and ``<name>.failed.json``.
    timeout : int
        Seconds that one cell may take.

    Raises
    ------
    Refusal
        The notebook is missing, has no such parameter, or shows no provenance or numbers.
    ReportFailed
        A cell raised, took too long, or killed its kernel.
    """
    notebook, into = Path(notebook), Path(into)
    if not notebook.is_file():
        raise Refusal("no such notebook", file=notebook)
    into.mkdir(parents=True, exist_ok=True)
    name, begun = name_of(notebook, parameters), time.monotonic()
    with tempfile.TemporaryDirectory(dir=into, prefix=".") as shop:
        executed = _execute(notebook, parameters, Path(shop) / "notebook.ipynb", into / name, timeout)
    seconds = time.monotonic() - begun
    record = {"report": name, "notebook": os.path.relpath(notebook, into),
              "rendered": _now(), "seconds": round(seconds, 1),
              "provenance": _shown(executed, provenance.MIME, notebook),
              "numbers": dict(_shown(executed, numbers.MIME, notebook))}
    page, record_file = into / f"{name}.html", into / f"{name}.json"
    write(page, _page(executed, record))
    write(record_file, json.dumps(record, indent=1, allow_nan=False))
    for stale in ("ipynb", "json"):
        (into / f"{name}.failed.{stale}").unlink(missing_ok=True)
    return Rendered(page, record_file, seconds)


def name_of(notebook, parameters) -> str:
    """File name of a report: the notebook and what it is about."""
    about = [str(parameters[key]) for key in ("dataset", "symbol", "start", "end") if parameters.get(key)]
    about += ["+".join(dict.fromkeys(word.split("/")[0] for word in parameters.get("assets", "").split()))]
    return re.sub(r"[^\w.+-]+", "_", "-".join(filter(None, [Path(notebook).stem, *about])))


def write(path, text):
    """Write a file whole or not at all."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as shop:
        part = Path(shop) / path.name
        part.write_text(text, encoding="utf8")
        os.replace(part, path)


def _now():
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _prepare(notebook, parameters, copy):
    """Copy a notebook, bound to this Python's own kernel; refuse parameters that it does not have."""
    import nbformat
    import papermill

    nb = nbformat.read(notebook, 4)
    nb.metadata.kernelspec = {"name": "python3", "display_name": "python3", "language": "python"}
    nbformat.write(nb, copy)
    known = papermill.inspect_notebook(str(copy))
    unknown = sorted(set(parameters) - set(known))
    if unknown:
        raise Refusal(f"no parameter {', '.join(unknown)}", file=notebook,
                      remedy=f"it has {', '.join(known) or 'no cell tagged parameters'}")


def _execute(notebook, parameters, copy, stem, timeout):
    """The notebook with its outputs; where it fails, what there is of it is kept beside the report."""
    import nbformat
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    _prepare(notebook, parameters, copy)
    try:
        papermill.execute_notebook(str(copy), str(copy), parameters, progress_bar=False, execution_timeout=timeout,
                                   start_timeout=120, extra_arguments=["--log-level=CRITICAL"])
    except (PapermillExecutionError, CellTimeoutError, DeadKernelError) as error:
        place, said = _cell(nbformat.read(copy, 4)), _said(error)
        os.replace(copy, f"{stem}.failed.ipynb")
        failure = {"report": stem.name, "notebook": os.path.relpath(notebook, stem.parent), "parameters": parameters,
                   "failed": _now(), "cell": place, "error": said}
        write(Path(f"{stem}.failed.json"), json.dumps(failure, indent=1))
        raise ReportFailed(f"{notebook}, {place}: {said}\nAs far as it came: {stem}.failed.ipynb") from error
    return nbformat.read(copy, 4)


def _cell(nb) -> str:
    """The cell at which an executed notebook stopped, counted as its author counts: all cells, from 1."""
    added = {"injected-parameters", "papermill-error-cell-tag"}
    cells = [cell for cell in nb.cells if not added & set(cell.metadata.get("tags", []))]
    at = max(i for i, cell in enumerate(cells) if cell.metadata.get("papermill", {}).get("start_time"))
    head = next((line for line in cells[at].source.splitlines() if line.strip()), "")
    return f"cell {at + 1} `{head[:100]}`"


def _said(error) -> str:
    if hasattr(error, "ename"):
        return f"{error.ename}: {error.evalue}"
    return f"{type(error).__name__}: {str(error).splitlines()[0]}"


def _shown(nb, mime, notebook):
    """What the notebook's cells showed last under a type."""
    outputs = [output.get("data", {}) for cell in nb.cells for output in cell.get("outputs", [])]
    shown = [data[mime] for data in outputs if mime in data]
    if not shown or not shown[-1]:
        what = mime.split(".")[-1].removesuffix("+json")
        raise Refusal(f"no cell shows {what}", file=notebook, remedy=f"make {what} the last line of a cell")
    return shown[-1]


def _page(nb, record) -> str:
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter

    exporter = HTMLExporter(template_name="page", extra_template_basedirs=[str(PAGE)],
                            exclude_input_prompt=True, exclude_output_prompt=True)
    colours = HtmlFormatter(style="friendly").get_style_defs(".highlight")
    html, _ = exporter.from_notebook_node(nb, resources={"report": record, "colours": colours})
    return html
