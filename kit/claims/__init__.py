"""What others have said, judged: by rules, on evidence that is computed; it is said which came first."""

from kit.claims.claim import Claim, Entry, Evidence, Rule, Verdict
from kit.claims.framework import FRAMEWORK
from kit.claims.ledger import PAPER, Ledger, judged
from kit.claims.records import Records

__all__ = ["FRAMEWORK", "PAPER", "Claim", "Entry", "Evidence", "Ledger", "Records", "Rule", "Verdict", "judged"]
