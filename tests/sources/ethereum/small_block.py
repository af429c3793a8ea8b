"""A small block as a node tells it: one transaction that went well, and one that failed to create a contract."""

MINER, ALICE, BOB, POOL = (f"0x{name * 20}" for name in ("ee", "aa", "bb", "cc"))
ETHER = 10**18


def digest(number):
    return f"0x{number:064x}"


def call(index, place, sender, to, value=0, kind="call", error=None):
    return {"type": "call", "traceAddress": place, "transactionPosition": index, "transactionHash": digest(index),
            "action": {"callType": kind, "from": sender, "to": to, "value": hex(value), "input": "0x"},
            "result": None if error else {"gasUsed": "0x0", "output": "0x"}, "error": error}


def receipt(index, status=1, gas=30_000):
    log = {"address": POOL, "topics": [digest(7)], "data": "0x01", "logIndex": hex(index),
           "transactionHash": digest(index), "transactionIndex": hex(index)}
    return {"transactionHash": digest(index), "transactionIndex": hex(index), "gasUsed": hex(gas),
            "effectiveGasPrice": "0x3b9aca00", "status": hex(status), "logs": [log] if status else []}


def transaction(index, to=BOB):
    return {"hash": digest(index), "transactionIndex": hex(index), "from": ALICE, "to": to, "value": hex(ETHER),
            "gas": "0x186a0", "gasPrice": "0x77359400", "input": "0xa9059cbb"}


BLOCK = {
    "data": {"number": "0x10", "timestamp": "0x5f5e100", "miner": MINER, "baseFeePerGas": "0x7",
             "gasLimit": "0x1c9c380", "gasUsed": "0xea60", "extraData": "0x67657468",
             "transactions": [transaction(0), transaction(1, None)]},
    "receipts": {"jsonrpc": "2.0", "id": 1, "result": [receipt(0), receipt(1, status=0)]},
    "traces": [
        call(0, [], ALICE, BOB, ETHER),
        call(0, [0], BOB, MINER, 5),
        call(0, [1], BOB, POOL, error="Reverted"),
        call(0, [1, 0], POOL, MINER, 700),
        call(0, [2], BOB, MINER, 9000, kind="delegatecall"),
        {"type": "suicide", "traceAddress": [3], "transactionPosition": 0, "transactionHash": digest(0), "result": None,
         "action": {"address": POOL, "refundAddress": MINER, "balance": "0x14"}},
        {"type": "create", "traceAddress": [], "transactionPosition": 1, "transactionHash": digest(1),
         "action": {"from": ALICE, "value": "0x0", "init": "0x6000"}, "result": None, "error": "Out of gas"},
        {"type": "reward", "traceAddress": [], "transactionPosition": None, "transactionHash": None,
         "action": {"author": MINER, "rewardType": "block", "value": "0x1bc16d674ec80000"}, "result": None},
    ],
}
