"""What the text says of its own tables, judged by those tables."""

from kit.claims import arithmetic, rankings
from kit.claims.claim import Claim, above, below, exactly
from kit.claims.evidence import computed, each
from kit.claims.paper import ASSETS

STATEMENTS = [
    Claim("S-01", "section 7.3", "The maker loses a little on LTC", "the maker's ARC on LTC", below(0.0),
          computed(arithmetic.printed, "maker", "ARC", "LTC"), "Those that lose are ENJ and ETC."),
    Claim("S-02-taker", "section 7.3", "Takers are profitable on most assets", "assets, of five, with ARC above 0",
          above(2.5), computed(arithmetic.positive, "taker"), "As printed; before what P-05 lists."),
    Claim("S-02-maker", "section 7.3", "Makers are profitable on most assets", "assets, of five, with ARC above 0",
          above(2.5), computed(arithmetic.positive, "maker"), "By one asset: two of five lose."),
    Claim("S-03", "section 7.3", "The blend earns less than the taker alone",
          "assets, of five, on which the taker's ARC is higher", exactly(5),
          computed(arithmetic.higher, "ARC", "taker", "blend"), "Not so on BTC and LTC."),
    Claim("S-04", "section 7.3", "On BTC the maker earns more than the taker", "ARC of the maker less the taker's",
          above(0.0), computed(arithmetic.difference, "ARC", "maker", "taker", "BTC")),
    Claim("S-05", "section 7.3", "Makers carry less risk than takers in ordinary times",
          "assets, of five, on which the taker's ASD is higher", above(2.5),
          computed(arithmetic.higher, "ASD", "taker", "maker"),
          "Over the whole year: how it was without the crash is not printed."),
    Claim("S-06", "section 7.3", "Takers and makers go together in normal times",
          "daily correlation that the ASDs of both and of the blend imply", above(0.0),
          each(arithmetic.correlation, *ASSETS), "Over the whole year: one day can hide it."),
    Claim("S-07", "section 7.1", "Fees leave a taker of three-second forecasts a profit",
          "fees of a round trip, 5 bp each way, in standard deviations of the three-second return", below(1.0),
          each(arithmetic.fee_in_sigmas, *ASSETS), "What can pay is in the tails."),
    Claim("S-08", "sections 6 and 9", "Imbalance, spread and VWAP deviations lead on every asset",
          "place of the spread in the appendix, median, best and worst of five", below(4.5),
          computed(rankings.middle_place, "spread"),
          "Four features of these families could fill the first four places."),
    Claim("S-09", "section 6", "Imbalance leads on every asset", "its place in the appendix", exactly(1),
          computed(rankings.middle_place, "l1_imbalance")),
    Claim("S-10", "section 7.3", "In the crash bids are lifted",
          remark="A slip of the pen: bids are hit, offers lifted. What is meant is measured by F-17."),
    Claim("S-11", "section 9", "Results are robust to thresholds, fees, splits and objectives",
          remark="The paper shows no table of it. The kit's execution report sweeps thresholds, latencies and fees."),
    Claim("S-12", "section 7.3; Table 4", "ROSE's return is significant evidence of skill",
          remark="The same section puts it down to one day; without the daily returns, what is left cannot be said."),
    Claim("S-13", "section 8", "The crash liquidated $19 billion, and BTC fell 18 % from its high",
          remark="Reported by others; no recording here holds liquidations, or the days before."),
]
