"""Makes bidofferv3.json: BidOfferV3 payloads written by the official SDK's own encoder, with what they mean.

Run by hand, outside the project:

    python3 -m venv .tmp/sdk && .tmp/sdk/bin/pip install settrade-v2==2.2.1
    .tmp/sdk/bin/python make_bidofferv3.py

The same seed gives the same file. One entry a line:

    name            unique; ordinary books are <symbol>/000 … /047, in the order to publish them
    symbol          last segment of the topic the payload is published on
    hex             the payload
    expected        what it means; prices as decimal literals (null: no price), volumes as integer literals
    expectedReject  instead of expected: why it is not a book

Most payloads are exactly what `bytes(BidOfferV3(...))` returns. Names starting with "wire/" mark those whose
encoded fields were moved, repeated, cut or added to afterwards; every field in them is still the encoder's.
"""

import json
import os
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

os.environ["HOME"] = tempfile.mkdtemp()  # importing the SDK writes a settings file there
os.chdir(os.environ["HOME"])  # and a log folder here

import betterproto
from settrade_v2.pb.bidofferv3_pb2 import BidOfferV3
from settrade_v2.pb.exchinfoeqv3_pb2 import EquityExchangeInfoV3, EquityMarketInfoV3
from settrade_v2.pb.google.type import Money
from settrade_v2.pb.infov3_pb2 import InfoV3

OUT = Path(__file__).resolve().parent / "bidofferv3.json"
FLAGS = ["undefined", "normal", "ato", "atc"]
NANOS = 10**9
chance = random.Random(20240704)
entries = []


# --- money as whole nanos, so that nothing here is ever a float -------------------------------------------------


def money(amount, currency="THB"):
    """google.type.Money of an amount in nanos; both parts carry the sign."""
    sign = -1 if amount < 0 else 1
    units, nanos = divmod(abs(amount), NANOS)
    return Money(currency_code=currency, units=sign * units, nanos=sign * nanos)


def literal(amount):
    """The decimal literal of an amount in nanos, with two decimals or as many as it needs."""
    units, nanos = divmod(abs(amount), NANOS)
    decimals = f"{nanos:09d}".rstrip("0").ljust(2, "0")
    return f"{'-' if amount < 0 else ''}{units}.{decimals}"


def baht(text):
    """Nanos of a decimal literal."""
    sign = -1 if text.startswith("-") else 1
    units, _, decimals = text.lstrip("-").partition(".")
    return sign * (int(units) * NANOS + int(decimals.ljust(9, "0")))


# --- messages and what they mean --------------------------------------------------------------------------------


def message(symbol, bids, asks, flags=(1, 1), currency="THB"):
    """A BidOfferV3 of (price in nanos or Money or None, volume) levels, best first."""
    book = BidOfferV3(symbol=symbol, bid_flag=flags[0], ask_flag=flags[1])
    for side, levels in (("bid", bids), ("ask", asks)):
        for n, (price, volume) in enumerate(levels, 1):
            if price is not None:
                setattr(book, f"{side}_price{n}", price if isinstance(price, Money) else money(price, currency))
            setattr(book, f"{side}_volume{n}", volume)
    return book


def meaning(symbol, bids, asks, flags=(1, 1)):
    def prices(levels):
        amounts = [p.units * NANOS + p.nanos if isinstance(p, Money) else p for p, _ in levels]
        return [literal(p) if p else None for p in amounts] + [None] * (10 - len(levels))

    def volumes(levels):
        return [str(v) for _, v in levels] + ["0"] * (10 - len(levels))

    return {
        "symbol": symbol,
        "bidFlag": FLAGS[flags[0]] if flags[0] < 4 else "undefined",
        "askFlag": FLAGS[flags[1]] if flags[1] < 4 else "undefined",
        "bidPrices": prices(bids),
        "askPrices": prices(asks),
        "bidVolumes": volumes(bids),
        "askVolumes": volumes(asks),
    }


def read_back(payload):
    """What the SDK's own parser makes of a payload, in the words of `meaning`."""
    book = BidOfferV3().parse(payload)

    def side(name):
        prices = [getattr(book, f"{name}_price{n}") for n in range(1, 11)]
        return [(p, getattr(book, f"{name}_volume{n}")) for n, p in enumerate(prices, 1)]

    return meaning(book.symbol, side("bid"), side("ask"), (book.bid_flag, book.ask_flag))


def add(name, symbol, payload, expected=None, reject=None, check=True):
    assert (expected is None) != (reject is None), name
    assert all(entry["name"] != name for entry in entries), name
    if expected is not None and check:
        assert read_back(payload) == expected, name
    entry = {"name": name, "symbol": symbol, "hex": payload.hex()}
    entries.append({**entry, "expected": expected} if reject is None else {**entry, "expectedReject": reject})


def book(name, symbol, bids, asks, flags=(1, 1), currency="THB"):
    add(name, symbol, bytes(message(symbol, bids, asks, flags, currency)), meaning(symbol, bids, asks, flags))


def refused(name, symbol, reject, bids=(), asks=(), flags=(1, 1)):
    add(name, symbol, bytes(message(symbol, bids, asks, flags)), reject=reject)


# --- ordinary books: a seeded walk on the exchange's tick grid --------------------------------------------------

# (price from which the tick holds, tick), in satang: the Stock Exchange of Thailand's table.
TICKS = [(0, 1), (200, 2), (500, 5), (1000, 10), (2500, 25), (10000, 50), (20000, 100), (40000, 200)]
SATANG = NANOS // 100


def above(price):
    return price + [tick for start, tick in TICKS if price >= start][-1]


def below(price):
    return price - [tick for start, tick in TICKS if price > start][-1]


def ladder(price, step, count):
    prices = [price]
    while len(prices) < count:
        prices.append(step(prices[-1]))
    return prices


def walk(symbol, price, lots, currency, count=48):
    """`price` is the best bid to start from, in satang. Each book differs from the one before, none is crossed."""
    bids, asks, ask, sizes = [], [], above(price), {}
    for n in range(count):
        before = (bids, asks)
        while (bids, asks) == before:
            move = chance.choices(("bid up", "ask down", "bid hit", "ask lifted", "sizes"), (3, 3, 2, 2, 5))[0]
            if move == "bid up" and above(price) < ask:
                price = above(price)
            elif move == "ask down" and below(ask) > price:
                ask = below(ask)
            elif move == "bid hit":
                price = below(price)
                ask = min(ask, above(above(above(price))))
            elif move == "ask lifted":
                ask = above(ask)
                price = max(price, below(below(below(ask))))
            for level in chance.sample(range(-10, 10), 4):
                sizes[level] = 100 * chance.randint(1, lots)
            for level in range(-10, 10):
                sizes.setdefault(level, 100 * chance.randint(1, lots))
            bids = [(p * SATANG, sizes[-1 - i]) for i, p in enumerate(ladder(price, below, 10))]
            asks = [(p * SATANG, sizes[i]) for i, p in enumerate(ladder(ask, above, 10))]
        assert bids[0][0] < asks[0][0]
        book(f"{symbol}/{n:03d}", symbol, bids, asks, currency=currency)


walk("AOT", 6225, 9000, "THB")
walk("PTT", 3350, 20000, "THB")
walk("ADVANC", 28900, 800, "THB")
walk("DELTA", 14950, 3000, "")
walk("S & J", 2490, 60, "")  # thin, and it walks over the border of two ticks

# --- books of other shapes --------------------------------------------------------------------------------------


def levels(best, step, count, size=100):
    return [(p * SATANG, size * (i + 1)) for i, p in enumerate(ladder(best, step, count))]


for count in range(1, 10):
    book(f"partial/{count} levels", "PTT", levels(3350, below, count), levels(3375, above, 10 - count))
book("partial/a missing level between two", "PTT", [(33 * NANOS, 100), (None, 0), (32 * NANOS, 300)], [])
book("partial/a price without volume", "PTT", [(33 * NANOS, 0)], levels(3375, above, 2))
book("one side/bids only", "AOT", levels(6225, below, 10), [])
book("one side/asks only", "AOT", [], levels(6250, above, 10))
book("one side/ceiling, one bid level", "S & J", levels(3250, below, 1, 1_000_000), [])
book("empty/both flags normal", "ADVANC", [], [])
book("empty/symbol only", "ADVANC", [], [], (0, 0))
book("empty/explicit zero money on every level", "DELTA", [(Money(units=0), 0)] * 10, [(Money(units=0), 0)] * 10)

for flag, word in ((2, "ato"), (3, "atc")):
    book(f"{word}/price left out", "AOT", [(None, 5_400_000)] + levels(6225, below, 4)[1:], levels(6250, above, 4), (flag, 1))
    book(f"{word}/price an empty message", "AOT", [(Money(units=0), 120_000)], [(Money(units=0), 300)], (flag, flag))
    book(f"{word}/price zero with a currency", "PTT", levels(3350, below, 3), [(money(0), 77_700)], (1, flag))
book("zero price/volume without a flag", "PTT", [(money(0), 900)], levels(3375, above, 1))

# Bands of the tick table, one book inside each and one over each border.
for at in (150, 350, 750, 1740, 6250, 15050, 30000, 50000):
    book(f"tick/inside at {at / 100:.2f}", "AOT", levels(at, below, 10), levels(above(at), above, 10))
for at in (200, 500, 1000, 2500, 10000, 20000, 40000):
    book(f"tick/border at {at / 100:.2f}", "PTT", levels(below(at), below, 10), levels(at, above, 10))
book("tick/lowest price there is", "S & J", levels(1, below, 1), levels(2, above, 10))

TENTH = NANOS // 10  # the tick of index futures
book(
    "futures/full book",
    "S50Z26",
    [(8795 * TENTH - i * TENTH, 3 + i) for i in range(10)],
    [(8796 * TENTH + i * TENTH, 5 + i) for i in range(10)],
    currency="",
)
for name, best in (("below zero", -72), ("over zero", -3)):
    book(
        f"spread/{name}",
        "S50U26Z26",
        [((best - i) * TENTH, 10 + i) for i in range(10)],
        [((best + 1 + i) * TENTH, 20 + i) if best + 1 + i else (None, 20 + i) for i in range(10)],
        currency="",
    )
book("spread/less than one unit below zero", "S50U26Z26", [(baht("-0.1"), 1), (baht("-0.000000001"), 2)], [(baht("-0.05"), 3)])

# --- numbers ----------------------------------------------------------------------------------------------------

for volume in (1, 127, 128, 2**21 - 1, 2**28, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**32 + 5, 2**49, 2**53 - 2, 2**53 - 1):
    book(f"volume/{volume}", "PTT", [(baht("33.25"), volume)], [(baht("33.5"), 1), (baht("33.75"), volume)])
for volume in (2**53, 2**53 + 1, 2**60, 2**63 - 1, -1, -(2**31), -(2**63)):
    refused(f"volume/{volume} is refused", "PTT", "number", [(baht("33.25"), 100), (baht("33"), volume)])

for text in (
    "0.01", "0.07", "1.11", "9007198.99", "9007199.25", "9007199.775936587", "9007199.999999999", "9007200.01",
    "90071992.55", "999999999.99", "10000000000.01", "12345678901.27", "12345678901.279999999", "89999999999999.99",
    "90000000000000.01", "9007199254740991.99", "9007199254740991.00", "0.000000001", "0.999999999", "123456.789012345",
):  # fmt: skip
    amount = baht(text)
    book(f"money/{text}", "DELTA", [(amount, 100), (-amount, 200)], [])

for name, units, nanos in (
    ("nanos of 1", 33, 10**9),
    ("nanos of -1", -33, -(10**9)),
    ("largest nanos", 1, 2**31 - 1),
    ("smallest nanos", 0, -(2**31)),
    ("mixed signs, units above zero", 33, -250_000_000),
    ("mixed signs, units below zero", -33, 250_000_000),
    ("units of 2^53", 2**53, 0),
    ("units of -2^53", -(2**53), 0),
    ("largest units", 2**63 - 1, 0),
    ("smallest units", -(2**63), 0),
):
    refused(f"money/{name} is refused", "DELTA", "number", [(Money(units=units, nanos=nanos), 100)])

# --- the same fields, otherwise on the wire ---------------------------------------------------------------------


def fields(payload):
    return [(field.number, field.raw) for field in betterproto.parse_fields(payload)]


def joined(parts):
    return b"".join(raw for _, raw in parts)


FULL = {
    "AOT": (levels(6225, below, 10), levels(6250, above, 10)),
    "S & J": (levels(2490, below, 7), levels(2500, above, 4)),
    "S50Z26": ([(8795 * TENTH, 3)], [(8796 * TENTH, 4)]),
}


@dataclass
class Extra(betterproto.Message):
    """Fields BidOfferV3 does not have, of every wire type that proto3 writes."""

    number: int = betterproto.int64_field(99)
    eight: float = betterproto.double_field(2047)
    text: str = betterproto.string_field(44)
    four: float = betterproto.float_field(18_999)


EXTRA = bytes(Extra(number=-7, eight=2.5, text="of a later version", four=1.5))
GROUP = bytes.fromhex("eb 02 08 96 01 13 1a 02 68 69 14 ec 02".replace(" ", ""))  # group 45 { 1: 150, group 2 { 3: "hi" } }

for symbol, (bids, asks) in FULL.items():
    payload, expected = bytes(message(symbol, bids, asks)), meaning(symbol, bids, asks)
    parts = fields(payload)
    add(f"wire/by field number {symbol}", symbol, joined(sorted(parts)), expected)
    add(f"wire/backwards {symbol}", symbol, joined(parts[::-1]), expected)
    for n in range(4):
        shuffled = chance.sample(parts, len(parts))
        add(f"wire/shuffled {n} {symbol}", symbol, joined(shuffled), expected)
    add(f"wire/unknown fields last {symbol}", symbol, payload + EXTRA, expected)
    add(f"wire/unknown fields first {symbol}", symbol, EXTRA + payload, expected)
    for at in chance.sample(range(len(parts)), 2):
        mixed = joined(parts[:at]) + EXTRA + joined(parts[at:])
        add(f"wire/unknown fields at {at} {symbol}", symbol, mixed, expected)
    # The SDK's parser does not know groups; proto3 asks a parser to skip them.
    add(f"wire/unknown group {symbol}", symbol, GROUP + payload, expected, check=False)

bids, asks = FULL["AOT"]
plain, expected = bytes(message("AOT", bids, asks)), meaning("AOT", bids, asks)
other = bytes(message("AOT", [(None, 900)] * 10, [(None, 800)] * 10, (2, 3)))
add("wire/scalars repeated, the last holds", "AOT", other + plain, expected)
add("wire/symbol repeated, the last holds", "AOT", bytes(BidOfferV3(symbol="PTT")) + plain, expected)
# Two parts of one sub-message are one sub-message (the SDK's parser would keep the second only).
split = bytes(BidOfferV3(symbol="PTT", bid_price1=Money(currency_code="THB", units=33))) + bytes(
    BidOfferV3(bid_price1=Money(nanos=250_000_000), bid_volume1=700)
)
add("wire/money in two parts", "PTT", split, meaning("PTT", [(baht("33.25"), 700)], [], (0, 0)), check=False)
add(
    "wire/flags of a later version",
    "PTT",
    bytes(message("PTT", levels(3350, below, 1), [], (4, 250))),
    meaning("PTT", levels(3350, below, 1), [], (4, 250)),
)


@dataclass
class UnitsFirst(betterproto.Message):
    """The other layout that is told of Money: no currency code, units = 1, nanos = 2."""

    units: int = betterproto.int64_field(1)
    nanos: int = betterproto.int32_field(2)


@dataclass
class OtherBook(betterproto.Message):
    symbol: str = betterproto.string_field(1)
    bid_price1: UnitsFirst = betterproto.message_field(2)
    ask_price10: UnitsFirst = betterproto.message_field(33)


@dataclass
class TextBook(betterproto.Message):
    symbol: str = betterproto.string_field(1)
    bid_price2: float = betterproto.double_field(3)
    bid_volume1: str = betterproto.string_field(12)
    bid_flag: str = betterproto.string_field(22)


def rejects(name, symbol, payload, reason):
    add(f"wire/{name}", symbol, bytes(payload), reject=reason)


rejects("money units first", "AOT", OtherBook("AOT", bid_price1=UnitsFirst(62, 250_000_000)), "money-layout")
rejects("money units first, in the last level only", "AOT", OtherBook("AOT", ask_price10=UnitsFirst(62)), "money-layout")
rejects("volume as text", "AOT", TextBook("AOT", bid_volume1="100"), "schema")
rejects("price as double", "AOT", TextBook("AOT", bid_price2=62.25), "schema")
rejects("flag as text", "AOT", TextBook("AOT", bid_flag="ATO"), "schema")
rejects("info on the topic of a book", "AOT", InfoV3(symbol="AOT", last=money(62 * NANOS), total_volume=100), "schema")
rejects(
    "market status on the topic of a book",
    "SET",
    EquityExchangeInfoV3(market_info=EquityMarketInfoV3(name="SET", market_status=5)),
    "symbol",
)
rejects("symbol of another topic", "PTT", plain, "symbol")
rejects("no symbol", "AOT", message("", bids, asks), "symbol")
rejects("nothing at all", "AOT", b"", "symbol")
rejects("symbol not UTF-8", "AOT", b"\x0a\x03\x41\xff\x54" + plain[5:], "schema")
rejects("field number 0", "AOT", plain + b"\x00\x01", "schema")
rejects("wire type 7", "AOT", plain + b"\xff\x02", "schema")
rejects("end of a group never begun", "AOT", plain + b"\xec\x02", "schema")
rejects("group never ended", "AOT", plain + b"\xeb\x02\x08\x01", "truncated")
rejects("cut in a volume's tag", "AOT", plain[: plain.rindex(b"\xd8\x02") + 1], "truncated")
rejects("cut in a price", "AOT", bytes(message("AOT", [(baht("62.25"), 0)], [], (0, 0)))[:-2], "truncated")

# --- write ------------------------------------------------------------------------------------------------------

OUT.write_text("[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries) + "\n]\n")
ordinary = [entry for entry in entries if entry["name"] == f"{entry['symbol']}/{entry['name'][-3:]}"]
print(f"{len(entries)} payloads, {len(ordinary)} ordinary books, {sum('expectedReject' in e for e in entries)} to refuse")
