"""Reports: a notebook and its parameters in, a page and every number on it out."""

from kit.report.contents import contents
from kit.report.numbers import Numbers
from kit.report.press import press
from kit.report.programme import programme
from kit.report.render import Rendered, ReportFailed, name_of, render
from kit.report.verify import verify

__all__ = ["Numbers", "Rendered", "ReportFailed", "contents", "name_of", "press", "programme", "render", "verify"]
