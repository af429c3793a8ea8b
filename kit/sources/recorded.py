"""The real recordings that may be at hand: which reader opens which files of which folder."""

from __future__ import annotations

import functools

from kit import events
from kit.refusal import Refusal
from kit.sources import binance_raw, binance_vision, deribit, gather, hyperliquid, in_order, ohlcv, tardis, venues
from kit.sources.dataset import BOOK, Dataset
from kit.sources.ethereum import deals, displacement, mevboost, pevm, univ3
from kit.sources.ethereum import folder as blocks

CRASHED = ("binance-delivery/ETCUSD_PERP", "binance-delivery/AVAXUSD_PERP", "coinbase/ETC-USD", "coinbase/AVAX-USD",
           "gemini/BTCUSD", "gemini/ETHUSD", "gemini/LTCUSD", "gemini/AVAXUSD")

COINS = ("BTC", "ETH", "LTC", "ETC", "ENJ", "ROSE")


def _bars(pattern, every, kind="bars", notional=False, **only):
    """Opens the file of bars that `pattern` names; `only` are the rows to take, the symbol's name among them."""
    def batches(folder, symbol, start, end, seed):
        rows = {column: value.format(symbol=symbol) for column, value in only.items()}
        for path in _files(folder, pattern.format(symbol=symbol)):
            for frames in ohlcv.read(path, every, notional, **rows):
                yield {kind: frames["bars"]}
    return batches


def _raw(pattern):
    """Opens the raw websocket files that `pattern` names, in the order of their names."""
    def batches(folder, symbol, start, end, seed):
        return binance_raw.read(_files(folder, pattern.format(symbol=symbol.lower())), symbol=symbol)
    return batches


def _published(reader, pattern):
    """Opens the files that a venue or vendor publishes, those that `pattern` names, in the order of their names."""
    def batches(folder, symbol, start, end, seed):
        venue, _, name = symbol.rpartition("/")
        for path in _files(folder, pattern.format(venue=venue, name=name)):
            yield from reader(path)
    return batches


def _hyperliquid(folder, symbol, start, end, seed):
    return hyperliquid.read(folder, symbol)


def _deribit(folder, symbol, start, end, seed):
    """Chains, the DVOL index, and prices from before the first chain: those of another venue's perpetual."""
    yield from deribit.chain(folder / "deribit-chain-daily/deribit_btc_eth_options_daily.parquet", symbol)
    yield from deribit.dvol(folder / f"dvol-daily/{symbol.lower()}_dvol.csv", symbol)
    for frames in RECORDED["ohlcv-daily"].open(folder / "ohlcv", symbol, start, end, seed):
        yield {"prices": frames["days"][["time", "close"]].rename(columns={"close": "price"})}


def _march_2023(folder, symbol, start, end, seed):
    return venues.march_2023(folder / "iaqf_1m_20230301_20230321.parquet", symbol)


def _day_of_prints(folder, symbol, start, end, seed):
    return venues.day_of_prints(folder / "btcusd_trades_4venues_20260105.parquet")


def _spot_and_perpetual(folder, symbol, start, end, seed):
    """The same coin's spot pair and perpetual in the same minutes."""
    names, folders = ("binance-spot", "binance-usdm"), ("binance-spot-raw", "binance-usdm-raw")
    frames = (gather(RECORDED[name].open(folder / inside, symbol, start, end, seed))
              for name, inside in zip(names, folders, strict=True))
    return venues.spot_and_perpetual(*({kind: in_order(one[kind]) for kind in BOOK[:2]} for one in frames))


def _ethereum(folder, symbol, start, end, seed):
    """Blocks and what a public detector found in them; of a block in two folders the one with all its logs counts."""
    from kit.sources.ethereum import inspect

    told = blocks.from_nodes(_files(folder, "raw_*/*.json.gz"))
    yield told | {"labels": events.frame(inspect.labels(folder), "labels")}


def _pool(folder, symbol, start, end, seed):
    return univ3.read(folder)


def _displaced(folder, symbol, start, end, seed):
    return displacement.read(folder)


def _headers(folder, symbol, start, end, seed):
    yield pevm.read(folder)


def _builders(folder, symbol, start, end, seed):
    """Blocks of a month with who built them, and half a year by the hour."""
    path, = _files(folder, "builder_blocks_*.parquet")
    owners = mevboost.owners(folder / "TLDR_Builder_Public_Keys.csv")
    yield {"builder_blocks": mevboost.blocks(path, owners)}
    yield {"builder_hours": mevboost.hours(folder / "hourly_builder_share.parquet")}
    yield {"fee_hours": mevboost.fee_hours(folder / "hourly_base_fee.parquet")}


def _sales(folder, symbol, start, end, seed):
    yield {"deals": deals.punks(folder / "cryptopunkdata.csv.gz")}


def _payments(folder, symbol, start, end, seed):
    path, = _files(folder, f"edges_builder_to_{symbol}*.parquet")
    yield {"edges": deals.payments(path, symbol)}


def _fetched(folder, symbol, start, end, seed):
    """Blocks as `ethereum.rpc.fetch` keeps them, or else as cryo exports them."""
    paths = sorted(folder.glob("*.json*"))
    yield blocks.from_nodes(paths) if paths else blocks.from_cryo(folder)


def _files(folder, pattern):
    found = sorted(folder.glob(pattern))
    if not found:
        raise Refusal("no such recording", file=folder / pattern, remedy="see that KIT_DATA holds the whole catalogue")
    return found


DAILY = functools.partial(_bars, "daily_ohlcv_*.parquet", "1d", "days", symbol="{symbol}USDT")

RECORDED = {
    "hyperliquid": Dataset("Hyperliquid", "Four perpetuals, 35 minutes of 2025-09-04", ("BTC", "ETH", "SOL", "WLFI"),
                           _hyperliquid, "market/hyperliquid-4coins", kinds=BOOK),
    "binance-usdm": Dataset("Binance USD-M", "Two perpetuals, 6 minutes of 2024-08-08", ("BTCUSDT", "ETHUSDT"),
                            _raw("usdm_{symbol}_20240808.gz"), "market/binance-usdm-raw", kinds=BOOK),
    "binance-usdm-july": Dataset("Binance USD-M", "Two perpetuals, 8 minutes around midnight of 2024-07-18",
                                 ("BTCUSDT", "ETHUSDT"), _raw("usdm_{symbol}_2024071*.gz"), "market/binance-usdm-raw",
                                 extra=True, kinds=BOOK),
    "binance-spot": Dataset("Binance spot", "Two spot pairs, 6 minutes of 2024-08-08", ("BTCUSDT", "ETHUSDT"),
                            _raw("spot_{symbol}_20240808.gz"), "market/binance-spot-raw", kinds=BOOK),
    "binance-nexo": Dataset("Binance spot", "A large-tick spot pair, 34 hours from 2024-07-23", ("NEXOUSDT",),
                            _raw("{symbol}_*.dat.gz"), "market/binance-spot-nexo-raw", stale="60s", kinds=BOOK),
    "crash": Dataset("by symbol", "Trades of 2025-10-10 at three venues, without quotes", CRASHED,
                     _published(tardis.read, "{venue}_trades_*_{name}.csv.gz"), "market/crash-20251010", extra=True,
                     kinds=("trades",)),
    "crash-mark": Dataset("Binance COIN-M", "Mark prices of 2025-10-09 and -10 by the minute", ("BTCUSD_PERP",),
                          _published(binance_vision.read, "{name}-1m-*.zip"), "market/crash-20251010", extra=True,
                          kinds=("bars",)),
    "crash-depth": Dataset("Binance USD-M", "Depth of 2025-10-10 within one to five percent", ("BTCUSDT",),
                           _published(binance_vision.read, "{name}-bookDepth-*.csv.gz"), "market/binance-bookdepth",
                           extra=True, kinds=("bands",)),
    "ohlcv-daily": Dataset("Bybit", "Six perpetuals by the day, 2020-11 to 2025-11", COINS, DAILY(venue="bybit_perp"),
                           "volatility/ohlcv", kinds=("days",)),
    "ohlcv-daily-spot": Dataset("Binance spot", "Five spot pairs by the day, 2017-08 to 2022-03", COINS[:-1],
                                DAILY(venue="binance_spot"), "volatility/ohlcv", kinds=("days",), extra=True),
    "ohlcv-hourly": Dataset("Binance spot", "Six spot pairs by the hour, 2021-04 to 2023-12", COINS,
                            _bars("hourly_ohlcv_*.parquet", "1h", symbol="{symbol}USDT"), "volatility/ohlcv",
                            kinds=("bars",)),
    "bitfinex-2019": Dataset("Bitfinex", "A spot pair by the minute, 2019", ("BTCUSD",),
                             _bars("{symbol}_1m_*.parquet", "1min"), "volatility/bitfinex-1m-2019", kinds=("bars",)),
    "five-coins-1m": Dataset("Binance USD-M", "Five perpetuals by the minute, six days of June 2025",
                             ("BTCUSDT", "LTCUSDT", "ETCUSDT", "ENJUSDT", "ROSEUSDT"),
                             _bars("binance_1m_{symbol}_*.csv.gz", "1min", notional=True), "market/five-coins-ohlcv",
                             kinds=("bars",)),
    "five-coins-daily": Dataset("Binance", "Five pairs by the day with what takers bought, 2021-01 to 2022-09",
                                ("BTCUSDT", "LTCUSDT", "ETCUSDT", "ENJUSDT", "ROSEUSDT"),
                                _bars("binance_1d_{symbol}_*.csv.gz", "1d", "days"), "market/five-coins-ohlcv",
                                kinds=("days",), extra=True),
    "deribit-options": Dataset("Deribit", "Daily option chains, 2025-12-30 to 2026-08-22, and the DVOL index",
                               ("BTC", "ETH"), _deribit, "volatility", kinds=("chain",)),
    "venues-202303": Dataset("by column", "Bitcoin by the minute at several venues, March 2023",
                             tuple(venues.GROUPS), _march_2023, "market/multi-exchange-1m-202303",
                             kinds=("venues",)),
    "venues-20260105": Dataset("by column", "Bitcoin in dollars at four venues, print by print, 2026-01-05",
                               ("BTC-USD",), _day_of_prints, "market/multi-exchange-ticks-20260105",
                               kinds=("venues",)),
    "venues-binance": Dataset("Binance", "A coin's spot pair beside its perpetual, 6 minutes of 2024-08-08",
                              ("BTCUSDT", "ETHUSDT"), _spot_and_perpetual, "market", kinds=("venues",), extra=True),
    "ethereum-blocks": Dataset("Ethereum", "44 blocks with all calls within, 2020-07 to 2022-06", ("mainnet",),
                               _ethereum, "onchain/eth-blocks-mev-inspect", kinds=("blocks", "transactions", "swaps")),
    "uniswap-usdcweth": Dataset("Uniswap v3", "A pool's swaps and changes of liquidity, 25 hours from 2022-10-31",
                                ("USDC-WETH",), _pool, "onchain/univ3-usdcweth-20221031",
                                kinds=("swaps", "transactions", "liquidity", "labels")),
    "displacement": Dataset("Ethereum", "2,983 pairs of a displacing transaction and its victim, 2016-07 to 2020-11",
                            ("mainnet",), _displaced, "onchain/torres-displacement", kinds=("transactions", "labels")),
    "ethereum-blocks-pevm": Dataset("Ethereum", "85 blocks of all forks, 2015 to 2024, headers and transactions",
                                    ("mainnet",), _headers, "onchain/eth-blocks-pevm",
                                    kinds=("blocks", "transactions")),
    "mevboost": Dataset("Ethereum", "Who built the blocks of February 2024, and hourly shares of half a year",
                        ("mainnet",), _builders, "onchain/eth-builders-mevboost", kinds=("builder_blocks",)),
    "punks": Dataset("Ethereum", "13,852 sales of CryptoPunks with seller and buyer, 2017-06 to 2022-01", ("PUNK",),
                     _sales, "onchain/punks-trades", kinds=("deals",)),
    "builder-payments": Dataset("Ethereum", "What builders paid proposers, summed by pair over half a year",
                                ("recipient", "proposer"), _payments, "onchain/eth-builders-mevboost",
                                kinds=("edges",), extra=True),
    "chain": Dataset("by folder", "Blocks of a chain, from a node or from cryo", ("EVM",), _fetched, ".",
                     kinds=("blocks", "transactions", "swaps"), variable="KIT_CHAIN"),
}
