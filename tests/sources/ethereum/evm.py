"""A chain on this machine: a real EVM on which Uniswap v2 is deployed, with people who trade there."""

from eth_account import Account
from web3 import EthereumTesterProvider, Web3
from web3.exceptions import Web3RPCError

ETHER = 10**18
NEVER = 2**255
GAS = 500_000


class Chain:
    """A chain of ten rich people.

    Transactions wait until `mine` puts all of them into one block, in the order in which they were sent.
    """

    def __init__(self):
        self.web3 = Web3(EthereumTesterProvider())
        self.tester = self.web3.provider.ethereum_tester
        self.people = self.web3.eth.accounts
        self.keys = dict(zip(self.people, self.tester.backend.account_keys, strict=True))
        self.nonces = dict.fromkeys(self.people, 0)

    def terms(self, person, ether=0, tip=2, gas=GAS):
        """Of a person's next transaction; `tip` in gwei for each gas."""
        price = self.web3.eth.get_block("latest")["baseFeePerGas"] + tip * 10**9
        return {"from": person, "value": ether, "gas": gas, "gasPrice": price, "nonce": self.nonces[person],
                "chainId": self.web3.eth.chain_id}

    def send(self, wanted):
        """Sign and send; the hash of the transaction."""
        self.nonces[wanted["from"]] += 1
        signed = Account.sign_transaction(wanted, self.keys[wanted["from"]])
        return "0x" + self.tester.backend.send_raw_transaction(bytes(signed.raw_transaction)).hex()

    def pay(self, person, other, ether, tip=2):
        return self.send(self.terms(person, ether, tip) | {"to": other})

    def mine(self):
        """The number of a new block with all that waits."""
        self.tester.mine_block()
        return self.web3.eth.block_number

    def fees(self, *digests):
        """Wei that transactions cost."""
        receipts = [self.web3.eth.get_transaction_receipt(digest) for digest in digests]
        return sum(receipt["gasUsed"] * receipt["effectiveGasPrice"] for receipt in receipts)

    def answer(self, method, params):
        """What a node answers over JSON-RPC: a result or an error, numbers as hexadecimal text."""
        try:
            return {"result": _json(self.web3.manager.request_blocking(method, params))}
        except Web3RPCError as error:
            return {"error": error.rpc_response["error"]}


class Exchange(Chain):
    """A chain with an exchange of ether for one token, by the published router, pair and WETH."""

    def __init__(self, contracts, ether=1000 * ETHER, tokens=2_000_000 * ETHER):
        super().__init__()
        self.contracts, self.owner = contracts, self.people[0]
        self.weth, self.token = self._deploy("WETH9"), self._deploy("ERC20", 10 * tokens)
        self.factory = self._deploy("UniswapV2Factory", self.owner)
        self.router = self._deploy("UniswapV2Router02", self.factory.address, self.weth.address)
        for person in self.people:
            self._call(self.token.functions.approve(self.router.address, NEVER), person)
        self._call(self.router.functions.addLiquidityETH(self.token.address, tokens, 0, 0, self.owner, NEVER),
                   self.owner, ether, gas=10 * GAS)
        self.mine()
        pair = self.factory.functions.getPair(self.token.address, self.weth.address).call()
        self.pair = self.web3.eth.contract(address=pair, abi=contracts["UniswapV2Pair"]["abi"])

    def _deploy(self, name, *arguments):
        contract = self.web3.eth.contract(abi=self.contracts[name]["abi"], bytecode=self.contracts[name]["bytecode"])
        digest = self._call(contract.constructor(*arguments), self.owner, gas=6_000_000)
        self.mine()
        receipt = self.web3.eth.get_transaction_receipt(digest)
        return self.web3.eth.contract(address=receipt["contractAddress"], abi=self.contracts[name]["abi"])

    def _call(self, call, person, ether=0, tip=2, gas=GAS):
        return self.send(call.build_transaction(self.terms(person, ether, tip, gas)))

    def buy(self, person, ether, least=0, tip=2):
        """Tokens for ether; the hash of the transaction."""
        path = [self.weth.address, self.token.address]
        return self._call(self.router.functions.swapExactETHForTokens(least, path, person, NEVER), person, ether, tip)

    def sell(self, person, tokens, least=0, tip=2):
        """Ether for tokens; the hash of the transaction."""
        path = [self.token.address, self.weth.address]
        return self._call(self.router.functions.swapExactTokensForETH(tokens, least, path, person, NEVER), person,
                          tip=tip)

    def reserves(self):
        """Ether and tokens in the pool."""
        first, second, _ = self.pair.functions.getReserves().call()
        return (first, second) if int(self.weth.address, 16) < int(self.token.address, 16) else (second, first)

    def wealth(self, person):
        """Ether and tokens of a person."""
        return self.web3.eth.get_balance(person), self.token.functions.balanceOf(person).call()


def out(amount, reserve_in, reserve_out):
    """What the pool pays for an amount: Uniswap v2's whole-number formula, fee included."""
    return amount * 997 * reserve_out // (reserve_in * 1000 + amount * 997)


def _json(value):
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return None if value == "" else value  # eth-tester's word for no address
    if isinstance(value, int):
        return hex(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if hasattr(value, "items"):
        return {key: _json(each) for key, each in value.items()}
    return [_json(each) for each in value]
