"""The order in which the paper's appendix shows each asset's features (Figures 18 to 22, panels 1 to 10).

The paper says of the first only that it is the most important one; that the others follow by importance is inferred.
"""

import numpy as np

from kit.features import PAPER

APPENDIX = {
    "BTC": ("l1_imbalance", "net_order_flow", "vwap_sell_to_mid", "volatility", "spread", "volume_concentration",
            "volume_traded", "trade_price_variance", "n_trades", "vwap_buy_to_mid"),
    "LTC": ("l1_imbalance", "vwap_sell_to_mid", "volatility", "net_order_flow", "volume_traded", "vwap_buy_to_mid",
            "n_trades", "volume_concentration", "spread", "trade_price_variance"),
    "ETC": ("l1_imbalance", "n_trades", "volatility", "vwap_sell_to_mid", "volume_concentration", "net_order_flow",
            "volume_traded", "vwap_buy_to_mid", "spread", "trade_price_variance"),
    "ENJ": ("l1_imbalance", "trade_price_variance", "volatility", "net_order_flow", "vwap_buy_to_mid",
            "vwap_sell_to_mid", "spread", "volume_concentration", "n_trades", "volume_traded"),
    "ROSE": ("l1_imbalance", "spread", "vwap_buy_to_mid", "net_order_flow", "volatility", "volume_concentration",
             "n_trades", "trade_price_variance", "vwap_sell_to_mid", "volume_traded"),
}  # fmt: skip
"""Names of `kit.PAPER`, by asset."""


def ranks():
    """Rank of each feature of `kit.PAPER` in each asset's figure, from 1; shape (assets, features)."""
    return np.array([[order.index(name) + 1 for name in PAPER] for order in APPENDIX.values()])
