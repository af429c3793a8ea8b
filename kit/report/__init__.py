"""Reports: a notebook and its parameters in, a page and every number on it out."""

from kit.report.contents import contents
from kit.report.numbers import Numbers
from kit.report.render import Rendered, ReportFailed, render
from kit.report.verify import verify

__all__ = ["Numbers", "Rendered", "ReportFailed", "contents", "render", "verify"]
