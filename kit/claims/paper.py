"""Tables 1 to 4 of the paper as printed, and questions that it answers in more than one way."""

import pandas as pd

ASSETS = ("BTC", "ENJ", "ETC", "LTC", "ROSE")
MEASURES = ("ARC", "ASD", "IR*", "MDD", "MLD", "IR**")
FIRST_DAY, LAST_DAY = "2022-01-01", "2025-10-12"
"""Of the data (section 3)."""

HOLD = {"ARC": (0.83, -0.67, -0.10, 0.53, -0.71), "ASD": (0.45, 1.13, 0.85, 0.86, 1.10),
        "IR*": (1.87, -0.59, -0.12, 0.62, -0.64), "MDD": (0.28, 0.89, 0.63, 0.50, 0.87),
        "MLD": (0.32, 0.85, 0.85, 0.73, 0.85), "IR**": (5.53, -0.44, -0.02, 0.66, -0.52)}
TAKER = {"ARC": (0.13, 4.06, 5.78, 0.07, 7.00), "ASD": (0.53, 0.62, 0.64, 0.99, 1.33),
         "IR*": (0.25, 6.58, 8.97, 0.07, 5.28), "MDD": (0.29, 0.26, 0.24, 0.64, 0.43),
         "MLD": (0.53, 0.22, 0.20, 0.63, 0.21), "IR**": (0.12, 101.21, 213.58, 0.01, 86.02)}
MAKER = {"ARC": (2.93, -0.81, -0.07, 0.10, 0.27), "ASD": (0.54, 1.05, 1.31, 1.40, 0.84),
         "IR*": (5.47, -0.77, -0.05, 0.07, 0.32), "MDD": (0.38, 0.91, 0.71, 0.59, 0.55),
         "MLD": (0.13, 0.67, 0.94, 0.53, 0.31), "IR**": (41.78, -0.69, -0.00, 0.01, 0.16)}
BLEND = {"ARC": (1.25, 0.19, 2.26, 0.59, 3.44), "ASD": (0.39, 0.59, 0.74, 0.84, 0.75),
         "IR*": (3.24, 0.32, 3.05, 0.70, 4.60), "MDD": (0.23, 0.59, 0.40, 0.34, 0.42),
         "MLD": (0.15, 0.67, 0.22, 0.35, 0.22), "IR**": (17.43, 0.10, 17.47, 1.19, 37.52)}

STRATEGIES = {name: pd.DataFrame(rows, index=list(ASSETS)) for name, rows in
              {"taker": TAKER, "maker": MAKER, "blend": BLEND, "buy and hold": HOLD}.items()}
"""By strategy, a row an asset, a column a measure (MLD in years). Buy and hold is the same in all three tables."""

TABLES = {"Table 1": "taker", "Table 2": "maker", "Table 3": "blend"}

TESTS = pd.DataFrame({
    ("taker", "t"): {"BTC": -0.6671, "ETC": 1.7208, "ENJ": 1.7942, "ROSE": 2.0777, "LTC": -0.1736},
    ("taker", "p"): {"BTC": 0.7474, "ETC": 0.0431, "ENJ": 0.0368, "ROSE": 0.0192, "LTC": 0.5688},
    ("maker", "t"): {"BTC": 1.2523, "ETC": 0.3406, "ENJ": -0.4677, "ROSE": 0.8045, "LTC": 0.1392},
    ("maker", "p"): {"BTC": 0.1056, "ETC": 0.3668, "ENJ": 0.6799, "ROSE": 0.2108, "LTC": 0.4447},
    ("blend", "t"): {"BTC": 0.3724, "ETC": 1.0368, "ENJ": 0.5830, "ROSE": 1.7440, "LTC": 0.0039},
    ("blend", "p"): {"BTC": 0.3549, "ETC": 0.1503, "ENJ": 0.2801, "ROSE": 0.0410, "LTC": 0.4985}})
"""Table 4: t-statistics and p-values against buy and hold, by strategy; four decimals."""

ANSWERS = {
    "how often the market was sampled": {
        "abstract": "once a second", "section 1": "every tick", "section 3": "more often than once a second"},
    "what chose the models": {
        "abstract": "training on GMADL", "section 4": "GMADL on the training rows",
        "section 5.2": "cross-validation inside the training rows"},
    "the null hypothesis of Table 4": {
        "section 7.3, first sentence": "the mean return of buy and hold", "section 7.3, third sentence": "zero"},
    "which levels of the book were used": {
        "section 3": "the touch alone", "Figure 1": "cumulative depths of several levels"},
    "what ARC is": {"eq. 2": "return compounded over a year", "Tables 1 to 3": "return on capital over a year"},
    "where the maker quotes": {
        "abstract": "at a fixed depth", "section 7.2": "at the touch, on the side of the signal",
        "section 8.4": "about the mid, on both sides, at a constant spread"},
    "how long positions last": {
        "section 7.1": "less than three seconds are possible, events set them", "section 8.1": "one to two seconds",
        "Figure 14": "twenty seconds"},
}
"""By question, what each place of the paper says, in our words."""
