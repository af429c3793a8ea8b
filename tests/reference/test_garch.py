"""Published and recomputed numbers of GARCH and HAR, each at the precision at which it is printed."""

import numpy as np
import pandas as pd
import pytest
from arch import arch_model
from scipy.signal import lfilter
from statsmodels.tools.numdiff import approx_fprime_cs, approx_hess_cs

from kit.kernels import garch as kernel
from kit.volatility import garch, har

pytestmark = pytest.mark.recordings


@pytest.fixture(scope="module")
def marks(kit_data):
    """DM/GBP, per cent: Bollerslev and Ghysels (1996)."""
    return pd.read_csv(kit_data / "reference/garch/dmbp.csv")["ret_pct"]


@pytest.fixture(scope="module")
def stocks(kit_data):
    return pd.read_csv(kit_data / "reference/garch/arch_sp500_ret.csv", index_col=0, parse_dates=True)["ret"]


@pytest.fixture(scope="module")
def measures(kit_data):
    return pd.read_csv(kit_data / "reference/highfrequency/hf_SPYRM.csv", index_col=0, parse_dates=True)


def test_benchmark_of_fiorentini_calzolari_and_panattoni(marks):
    """With the mean square of the residuals before the first row; R fGarch gives two more digits of the same."""
    fitted = kernel.fit(marks.to_numpy(), sample=True)
    published = [-0.00619041, 0.0107613, 0.153134, 0.805974]
    assert [fitted.mu, fitted.omega, fitted.alpha, fitted.beta] == pytest.approx(published, rel=1e-5)
    assert [fitted.mu, fitted.omega, fitted.alpha, fitted.beta] == pytest.approx(
        [-0.00619041436, 0.01076139156, 0.15313390532, 0.80597378021], rel=2e-6)
    assert fitted.loglikelihood == pytest.approx(-1106.60788104, abs=1e-7)


def test_standard_errors_of_the_benchmark(marks):
    """By the Hessian, by the outer product of scores, and robust, of the likelihood written out."""
    x, fitted = marks.to_numpy(), kernel.fit(marks.to_numpy(), sample=True)
    at = np.array([fitted.mu, fitted.omega, fitted.alpha, fitted.beta])

    def logs(p):
        square = (x - p[0]) ** 2
        first = square.mean()
        shocks = p[1] + p[2] * np.r_[first, square[:-1]]
        variance = lfilter([1], [1, -p[3]], shocks, zi=np.array([p[3] * first]))[0]
        return -0.5 * (np.log(2 * np.pi) + np.log(variance) + square / variance)

    scores = approx_fprime_cs(at, logs)
    inverse = np.linalg.inv(-approx_hess_cs(at, lambda p: logs(p).sum()))
    outer = scores.T @ scores
    printed = {"Hessian": [0.00846212, 0.00285271, 0.0265228, 0.0335527],
               "OPG": [0.00843359, 0.00132298, 0.0139737, 0.0165604],
               "QMLE": [0.00918935, 0.00649319, 0.0535317, 0.0724614]}
    for covariance, errors in zip((inverse, np.linalg.inv(outer), inverse @ outer @ inverse), printed.values(),
                                  strict=True):
        assert np.sqrt(np.diag(covariance)) == pytest.approx(errors, rel=8e-6)


def test_the_default_start_of_arch_is_not_the_benchmark(marks):
    fitted, theirs = kernel.fit(marks.to_numpy()), arch_model(marks, rescale=False).fit(disp="off")
    printed = [-0.0060766, 0.00991424, 0.14547797, 0.81684618]
    assert [fitted.mu, fitted.omega, fitted.alpha, fitted.beta] == pytest.approx(printed, abs=3e-7)
    assert list(theirs.params) == pytest.approx(printed, abs=1e-5)
    assert fitted.loglikelihood == pytest.approx(-1104.5214, abs=5e-5) == theirs.loglikelihood


def test_arch_with_the_start_of_the_benchmark_and_its_standard_errors(marks):
    model = arch_model(marks, rescale=False)
    mean = model.fit(disp="off", backcast=float(marks.var(ddof=0))).params["mu"]
    theirs = model.fit(disp="off", backcast=float(((marks - mean) ** 2).mean()), tol=1e-10)
    assert theirs.loglikelihood == pytest.approx(-1106.60788, abs=5e-6)
    assert list(theirs.params) == pytest.approx([-0.00617318, 0.01076161, 0.15313707, 0.80597031], abs=2e-6)
    classic = model.fit(disp="off", backcast=float(((marks - mean) ** 2).mean()), tol=1e-10, cov_type="classic")
    assert list(classic.std_err) == pytest.approx([0.00846919, 0.0028527, 0.02652267, 0.03355225], rel=2e-3)
    assert list(theirs.std_err) == pytest.approx([0.00920486, 0.00649455, 0.05354258, 0.07247536], rel=2e-3)


def test_standard_and_poor_garch_and_gjr(stocks):
    symmetric, gjr = kernel.fit(stocks.to_numpy()), kernel.fit(stocks.to_numpy(), asymmetric=True)
    assert symmetric[:5] == pytest.approx((0.0563530718, 0.0175067534, 0.1021500263, 0, 0.8852055745), abs=1e-6)
    assert symmetric.loglikelihood == pytest.approx(-6936.718477, abs=1e-6)
    assert gjr[:5] == pytest.approx((0.0175052, 0.0195661, 0, 0.1830688, 0.8922356), abs=1e-7)
    assert gjr.loglikelihood == pytest.approx(-6822.882823, abs=1e-6)


def test_standard_and_poor_with_the_start_of_fgarch(stocks):
    fitted = kernel.fit(stocks.to_numpy(), sample=True)
    assert fitted[:5] == pytest.approx((0.0563893100, 0.0175101277, 0.1022598298, 0, 0.8851377385), abs=2e-7)
    assert fitted.loglikelihood == pytest.approx(-6936.917747, abs=1e-6)


def test_standard_and_poor_with_t_errors(stocks):
    """R fGarch's, which takes the sample's variance before the first row."""
    fitted = garch.model(stocks / 100, errors="t").fit(
        disp="off", tol=1e-10, backcast=float(((stocks - stocks.mean()) ** 2).mean()))
    printed = [0.066152, 0.00867985, 0.0998249, 0.8997434, 6.612443]
    assert list(fitted.params) == pytest.approx(printed, rel=5e-3)
    assert fitted.loglikelihood == pytest.approx(-6835.060262, abs=0.01)


def test_har(measures):
    fitted = har.fit(measures["RV5"], lags=har.STOCKS)
    assert list(fitted.coefficients) == pytest.approx([1.160000921e-05, 0.2953165771, 0.2813334174, 0.1471632893],
                                                      rel=1e-9)
    assert list(fitted.errors) == pytest.approx([4.28698e-06, 0.0980968, 0.0772794, 0.0621835], rel=2e-6)
    assert fitted.r2 == pytest.approx(0.249592273, abs=5e-10)


def test_log_har_and_har_with_jumps(measures):
    log = har.fit(measures["RV5"], "log", har.STOCKS)
    assert list(log.coefficients) == pytest.approx([-1.188268784, 0.537916858, 0.227353165, 0.128714172], abs=5e-10)
    jumps = har.fit(measures["RV5"], "jumps", har.STOCKS, robust=measures["BPV5"])
    printed = [1.17021e-05, 0.289332213, 0.2196819, 0.211823612, 0.645750963, 0.859256029]
    assert list(jumps.coefficients)[:-1] == pytest.approx(printed, rel=1e-6)
    assert jumps.coefficients["jump_22"] == pytest.approx(-1.499966966, abs=5e-6)  # -1.499969666: a digit was lost


def test_harq(measures):
    """highfrequency takes the root of the sample's mean quarticity off; the coefficient of rv is then at that day."""
    fitted = har.fit(measures["RV5"], "quarticity", har.STOCKS, quarticity=measures["RQ5"]).coefficients
    typical = np.sqrt(measures["RQ5"].mean())
    assert fitted["rv_1"] + typical * fitted["rq_1"] == pytest.approx(0.9754440119, abs=5e-11)
    assert list(fitted[["const", "rv_5", "rv_22", "rq_1"]]) == pytest.approx(
        [3.285615865e-06, 0.0079099321, 0.0236657982, -0.3881445184], rel=1e-8)
    full = har.fit(measures["RV5"], "quarticity", har.STOCKS, quarticity=measures["RQ5"], quarticity_lags=har.STOCKS)
    assert full.r2 == pytest.approx(0.3205499342, abs=5e-11)
