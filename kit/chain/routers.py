"""Contracts through which strangers trade: two transactions that call one of these need not have one master."""

ROUTERS = frozenset({
    # Uniswap: v2 routers, v3 routers, universal routers (v1 to v4)
    "0xf164fc0ec4e93095b804a4795bbe1e041497b92a", "0x7a250d5630b4cf539739df2c5dacb4c659f2488d",
    "0xe592427a0aece92de3edee1f18e0157c05861564", "0x68b3465833fb72a70ecdf485e0e4c7bd8665fc45",
    "0xef1c6e67703c7bd7107eed8303fbe6ec2554bf6b", "0x3fc91a3afd70395cd496c647d5a6cc9d4b2b7fad",
    "0x66a9893cc07d91d95644aedd05d03f95e1dba8af",
    # SushiSwap, ShibaSwap
    "0xd9e1ce17f2641f24ae83637ab66a2cca9c378b9f", "0x03f7724180aa6b939894b5ca4314783b0b36b329",
    # 0x (Matcha): exchange v2.1 and v3, exchange proxy, its flash wallet, allowance holder; Coinbase Wallet's proxies
    "0x080bf510fcbf18b91105470639e9561022937712", "0x61935cbdd02287b511119ddb11aeb42f1593b7ef",
    "0xdef1c0ded9bec7f1a1670819833240f027b25eff", "0x22f9dcf4647084d6c31b2765f6910cd85c178c18",
    "0x0000000000001ff3684f28c67538d4d072c22734", "0xe66b31678d6c16e9ebf358268a790b763c133750",
    "0x8df6084e3b84a65ab9dd2325b5422e5debd8944a",
    # 1inch: aggregation routers v1 to v6
    "0x11111254369792b2ca5d084ab5eea397ca8fa48b", "0x111111125434b319222cdbf8c261674adb56f3ae",
    "0x11111112542d85b3ef69ae05771c2dccff4faa26", "0x1111111254fb6c44bac0bed2854e76f90643097d",
    "0x1111111254eeb25477b68fb85ed929f73a960582", "0x111111125421ca6dc452d289314280a0f8842a65",
    # ParaSwap: Augustus v2 to v6
    "0x9509665d015bfe3c77aa5ad6ca20c8afa1d98989", "0x86969d29f5fd327e1009ba66072be22db6017cc6",
    "0xf90e98f3d8dce44632e5020abf2e122e0f99dfab", "0x1bd435f3c054b6e901b7b108a0ab7617c808677b",
    "0xdef171fe48cf0115b1d80b88dc8eab59176fee57", "0x6a000f20005980200259b80c5102003040001068",
    # Kyber: network proxy, meta-aggregation router; Bancor network
    "0x9aab3f75489902f3a48495025729a0af77d4b11e", "0x617dee16b86534a5d792a4d7a62fb491b544111e",
    "0x6131b5fae19ea4f9d964eac0408e4408b66337b5", "0x2f9ec37d6ccfff1cab21733bdadede11c823ccb0",
    # MetaMask's swap router, Balancer's exchange proxy and vault, CoW Protocol's settlement, LI.FI, Odos, OpenOcean
    "0x881d40237659c251811cec9c364ef91dc08d300c", "0x3e66b66fd1d0b02fda6c811da9e0547970db2f21",
    "0xba12222222228d8ba445958a75a0704d566bf2c8", "0x9008d19f58aabd9ed0d60971565aa8510560ab41",
    "0x1231deb6f5749ef6ce6943a275a1d3e7486f4eae", "0xcf5540fffcdc3d510b18bfca6d2b9987b0772559",
    "0x6352a56caadc4f1e25cd6c75970fa768a3304e64",
    # UniswapX reactors: exclusive Dutch orders and v2; entry points of smart accounts (ERC-4337): v0.6 and v0.7
    "0x6000da47483062a0d734ba3dc7576ce6a0b645c4", "0x00000011f84b9aa48e5f8aa8b9897600006289be",
    "0x5ff137d4b0fdcd49dca30c7cf57e578a026d2789", "0x0000000071727de22e5e9d8baf0edac6f37da032",
    # Bots that many people trade by: Maestro, Banana Gun
    "0x80a64c6d7f12c47b7c66c5b4e20e72bc1fcd5d9e", "0x3328f7f4a1d1c57c35df56bbf0c9dcafca309c49",
})
"""Known routers and aggregators of Ethereum, in lower case.

- The list is of 2018 to 2025 and not complete: strangers behind a router that is missing look like one account. Such
  pairs seldom match in amounts and gain, so they end in the tier ``loose``.
- What is on it can still be an attacker's way in: then only the signer tells who it is.
"""
