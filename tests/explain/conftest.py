"""The walk that the tests of the models share, explained."""

from tests.model.conftest import oof, planted, trees

__all__ = ["oof", "planted", "trees"]
