"""Why forecasts are what they are: exact SHAP values of rows not learned from, their rankings, shapes and likeness."""

from kit.explain.crosscheck import both_modes, check_against_catboost, compare_modes
from kit.explain.values import Explanation, out_of_fold_shap, shap_values

__all__ = ["Explanation", "both_modes", "check_against_catboost", "compare_modes", "out_of_fold_shap", "shap_values"]
