"""What an order is expected to cost before it is worked: a published law, with the constants it was fitted with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Cost:
    """What an order is expected to cost, as shares of the price."""

    permanent: float
    temporary: float

    @property
    def total(self):
        """Cost of the average share: half the permanent impact and the whole of the temporary one."""
        return self.permanent / 2 + self.temporary


def almgren(size, duration, volume, outstanding, volatility, permanent=0.314, temporary=0.142) -> Cost:
    r"""Cost of an order that is worked over part of a day, fitted to American shares.

    .. math:: I = \gamma \sigma \frac{X}{V} \left(\frac{\Theta}{V}\right)^{1/4}, \quad
              J = \eta \sigma \left|\frac{X}{V T}\right|^{3/5}

    Parameters
    ----------
    size, volume, outstanding : float
        X, the day's V, and :math:`\Theta`, in one unit.
    duration : float
        T, in days.
    volatility : float
        Of a day, as a share of the price.
    permanent, temporary : float
        :math:`\gamma` and :math:`\eta`.

    References
    ----------
    Almgren, Thum, Hauptmann and Li (2005), Direct estimation of equity market impact.
    """
    lasting = permanent * volatility * size / volume * (outstanding / volume) ** 0.25
    return Cost(lasting, float(temporary * volatility * np.sign(size) * abs(size / (volume * duration)) ** 0.6))
