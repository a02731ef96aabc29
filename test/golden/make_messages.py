"""Makes messages.json: payloads of the four messages beside BidOfferV3, written by the official SDK's own encoder, with
what they mean.

Run by hand, outside the project, as make_bidofferv3.py. The same seed gives the same file. One entry a line:

    name            unique; begins with the message
    message         InfoV3, CandlestickV3, EquityExchangeInfoV3 or DerivExchangeInfoV3
    topic           the topic the payload is published on
    hex             the payload
    expected        what it means; prices and amounts as decimal literals (null: none), other numbers as integer literals
    expectedReject  instead of expected: why it can't be read

"wire/" in a name marks payloads whose encoded fields were moved, repeated, cut or added to afterwards.
"""

import json
import os
import random
import tempfile
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

os.environ["HOME"] = tempfile.mkdtemp()  # importing the SDK writes a settings file there
os.chdir(os.environ["HOME"])  # and a log folder here

import betterproto
from settrade_v2.pb.candlestickv3_pb2 import CandlestickV3
from settrade_v2.pb.exchinfodvv3_pb2 import DerivExchangeInfoV3, DerivMarketInfoV3, DerivMarketInfoV3DerivMarketStatus
from settrade_v2.pb.exchinfoeqv3_pb2 import EquityExchangeInfoV3, EquityMarketInfoV3, EquityMarketInfoV3EquityMarketStatus
from settrade_v2.pb.google.type import Money
from settrade_v2.pb.infov3_pb2 import InfoV3, InfoV3SymbolMarketStatus

OUT = Path(__file__).resolve().parent / "messages.json"
NANOS = 10**9
chance = random.Random(20240705)
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


def nanos_of(value):
    return value.units * NANOS + value.nanos


def price(value):
    """A price: 0 is none."""
    return literal(nanos_of(value)) if nanos_of(value) else None


def baht(text):
    """Nanos of a decimal literal."""
    sign = -1 if text.startswith("-") else 1
    units, _, decimals = text.lstrip("-").partition(".")
    return sign * (int(units) * NANOS + int(decimals.ljust(9, "0")))


# --- what a message means, read from the fields of the SDK's own object -----------------------------------------


def word(enum, number):
    """The SDK's name of a status; numbers that it has no use for are only numbers."""
    names = {item.value: name for name, item in enum.__members__.items()}
    name = names.get(number, "MISSING")
    if name.startswith("MISSING"):
        return f"STATUS_{number}"
    return name.replace("_MARKET_STATUS", "") if number == 0 else name


def change(value, current):
    """A change: none while there is no price or index."""
    return None if nanos_of(current) == 0 and nanos_of(value) == 0 else literal(nanos_of(value))


def info_meaning(info):
    return {
        "symbol": info.symbol,
        "high": price(info.high),
        "low": price(info.low),
        "last": price(info.last),
        "netChange": change(info.change, info.last),
        "totalVolume": str(info.total_volume),
        "totalValue": literal(nanos_of(info.total_value)),
        "projectedOpenPrice": price(info.projected_open_price),
        "projectedOpenVolume": str(info.projected_open_volume),
        "status": word(InfoV3SymbolMarketStatus, info.market_status),
    }


def candle_meaning(candle):
    since = candle.time - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return {
        "symbol": candle.symbol,
        "interval": candle.interval,
        "sequence": str(candle.last_sequence),
        "time": str((since.days * 86400 + since.seconds) * 1000 + since.microseconds // 1000),
        "open": price(candle.open),
        "high": price(candle.high),
        "low": price(candle.low),
        "close": price(candle.close),
        "volume": str(candle.volume),
        "value": literal(nanos_of(candle.value)),
    }


def equity_meaning(info):
    market = info.market_info
    return {
        "symbol": market.name,
        "status": word(EquityMarketInfoV3EquityMarketStatus, market.market_status),
        "current": price(market.current),
        "high": price(market.high),
        "low": price(market.low),
        "netChange": change(market.change, market.current),
        "percentChange": change(market.percent_change, market.current),
        "totalVolume": str(market.total_index_volume),
        "totalValue": literal(nanos_of(market.total_index_value)),
    }


def derivatives_meaning(info):
    market = info.market_info
    return {
        "symbol": market.name,
        "status": word(DerivMarketInfoV3DerivMarketStatus, market.market_status),
        "totalVolume": str(market.total_volume),
        "totalDeals": str(market.total_deal),
        "openInterest": str(market.open_interest),
    }


MESSAGES = {
    InfoV3: ("infov3", info_meaning),
    CandlestickV3: ("cdlv3", candle_meaning),
    EquityExchangeInfoV3: ("exchinfoeqv3", equity_meaning),
    DerivExchangeInfoV3: ("exchinfodvv3", derivatives_meaning),
}


def add(name, kind, key, payload, expected=None, reject=None):
    name = f"{kind.__name__}/{name}"
    assert (expected is None) != (reject is None), name
    assert all(entry["name"] != name for entry in entries), name
    entry = {"name": name, "message": kind.__name__, "topic": f"proto/topic/{MESSAGES[kind][0]}/{key}", "hex": payload.hex()}
    entries.append({**entry, "expected": expected} if reject is None else {**entry, "expectedReject": reject})


def good(name, message, key, payload=None):
    """A message as it is, or other bytes of the same meaning, which the SDK's own parser reads back."""
    kind = type(message)
    meaning = MESSAGES[kind][1]
    payload = bytes(message) if payload is None else payload
    assert meaning(kind().parse(payload)) == meaning(message), name
    add(name, kind, key, payload, expected=meaning(message))


def refused(name, kind, key, message, reason):
    add(name, kind, key, bytes(message), reject=reason)


# --- the wire: fields moved, repeated, added to ------------------------------------------------------------------


def fields_of(payload):
    """The encoded fields of a message, each with its tag."""
    def varint(at):
        value = shift = 0
        while True:
            byte = payload[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value, at

    at, fields = 0, []
    while at < len(payload):
        start = at
        tag, at = varint(at)
        if tag & 7 == 0:
            _, at = varint(at)
        elif tag & 7 == 2:
            size, at = varint(at)
            at += size
        else:
            raise ValueError(tag)
        fields.append(payload[start:at])
    return fields


UNKNOWN = [bytes.fromhex(text) for text in ("a00601", "aa060568656c6c6f", "b1060102030405060708", "bd0601020304", "c3060801c406")]


def wire(message, key):
    """The same message in other orders, and with fields of a later version."""
    fields = fields_of(bytes(message))
    good("wire/backwards", message, key, b"".join(reversed(fields)))
    for n in range(3):
        shuffled = chance.sample(fields, len(fields))
        good(f"wire/shuffled {n}", message, key, b"".join(shuffled))
    good("wire/unknown fields first", message, key, b"".join(UNKNOWN[:4] + fields))
    kind = type(message)
    # A group is what the SDK's parser can't pass over; protobuf's own can.
    add("wire/unknown group last", kind, key, b"".join(fields) + UNKNOWN[4], expected=MESSAGES[kind][1](message))
    good("wire/first field twice", message, key, b"".join([fields[0], *fields]))
    refused("wire/field number 0", kind, key, bytes(message) + b"\x00\x01", "schema")
    refused("wire/wire type 7", kind, key, bytes(message) + b"\xff\x06", "schema")
    refused("wire/group never ended", kind, key, bytes(message) + b"\xc3\x06\x08\x01", "truncated")
    refused("wire/cut", kind, key, bytes(message)[:-1], "truncated")


@dataclass
class UnitsFirst(betterproto.Message):
    """The other layout that is told of Money: no currency code, units = 1, nanos = 2."""

    units: int = betterproto.int64_field(1)
    nanos: int = betterproto.int32_field(2)


AMOUNTS = ["0.01", "0.25", "1.11", "62.25", "62.3", "399.00", "1234.5", "9007198.99", "9007199.25", "90071992.55"]
TOTALS = ["10000000000.01", "12345678901.279999999", "89999999999999.99", "90000000000000.01", "9007199254740991"]
VOLUMES = [1, 127, 128, 100_000, 2**31 - 1, 2**31, 2**32, 2**49, 2**53 - 1]

# --- InfoV3 -----------------------------------------------------------------------------------------------------


def info(symbol="AOT", **fields):
    given = {name: money(baht(value)) if isinstance(value, str) else value for name, value in fields.items()}
    return InfoV3(symbol=symbol, **given)


day = info(high="63", low="61.75", last="62.25", change="-0.50", total_volume=12_345_600, total_value="768514800.00", market_status=5)
good("a day", day, "AOT")
good("before the open", info(projected_open_price="62.50", projected_open_volume=250_000, market_status=2), "AOT")
good("nothing yet", info(market_status=1), "AOT")
good("symbol alone", info(), "AOT")
good("unchanged", info(last="62.25", change="0", market_status=5), "AOT")
good("unchanged, change left out", info(last="62.25", market_status=5), "AOT")
good("change without a last price", info(change="1.25"), "AOT")
good("a symbol with spaces", info("S & J", last="12.3", market_status=6), "S & J")
good("a series", info("S50Z26", last="912.4", change="-3.1", total_volume=98_765, market_status=25), "S50Z26")
good("a spread below zero", info("S50Z26H27", last="-0.50", high="0.10", low="-1.20", change="-0.3", market_status=25), "S50Z26H27")
good("no currency", InfoV3(symbol="AOT", last=money(baht("62.25"), "")), "AOT")
good("currency alone", InfoV3(symbol="AOT", last=Money(currency_code="THB"), high=Money()), "AOT")
for number in range(0, 48):
    good(f"status {number}", info(last="62.25", market_status=number), "AOT")
good("status of a later version", info(last="62.25", market_status=99), "AOT")
for amount in AMOUNTS:
    good(f"last {amount}", info(last=amount), "AOT")
for total in TOTALS:
    good(f"value {total}", info(total_value=total), "AOT")
for volume in VOLUMES:
    good(f"volume {volume}", info(total_volume=volume, projected_open_volume=volume), "AOT")
wire(day, "AOT")
for volume in (2**53, 2**63 - 1, -1):
    refused(f"volume {volume} is refused", InfoV3, "AOT", info(total_volume=volume), "number")
refused("nanos of 1 is refused", InfoV3, "AOT", InfoV3(symbol="AOT", last=Money(units=1, nanos=NANOS)), "number")
refused("mixed signs are refused", InfoV3, "AOT", InfoV3(symbol="AOT", change=Money(units=1, nanos=-1)), "number")
refused("no symbol", InfoV3, "AOT", InfoV3(last=money(NANOS)), "symbol")
refused("nothing at all", InfoV3, "AOT", b"", "symbol")
refused("symbol of another topic", InfoV3, "PTT", day, "symbol")


@dataclass
class OtherInfo(betterproto.Message):
    symbol: str = betterproto.string_field(1)
    last: UnitsFirst = betterproto.message_field(4)


@dataclass
class TextInfo(betterproto.Message):
    symbol: str = betterproto.string_field(1)
    last: float = betterproto.double_field(4)
    market_status: str = betterproto.string_field(9)


refused("money units first", InfoV3, "AOT", OtherInfo("AOT", UnitsFirst(62, 250_000_000)), "money-layout")
refused("price as double", InfoV3, "AOT", TextInfo("AOT", last=62.25), "schema")
refused("status as text", InfoV3, "AOT", TextInfo("AOT", market_status="OPEN"), "schema")

# --- CandlestickV3 ----------------------------------------------------------------------------------------------

INTERVALS = ["1m", "3m", "5m", "10m", "15m", "30m", "60m", "120m", "240m", "1d", "1w", "1M"]
OPEN_AT = datetime(2024, 7, 5, 3, 0, tzinfo=timezone.utc)


def candle(symbol="AOT", interval="1m", time=OPEN_AT, **fields):
    given = {name: money(baht(value)) if isinstance(value, str) else value for name, value in fields.items()}
    return CandlestickV3(symbol=symbol, interval=interval, time=time, **given)


bar = candle(last_sequence=41, open="62", high="62.5", low="61.75", close="62.25", volume=34_500, value="2145375.00")
good("a bar", bar, "AOT/1m")
good("without trades", candle(last_sequence=42), "AOT/1m")
good("a symbol with spaces", candle("S & J", "5m", open="12.3", close="12.4"), "S & J/5m")
good("a spread below zero", candle("S50Z26H27", "1m", open="-0.5", high="0.1", low="-1.2", close="-0.3"), "S50Z26H27/1m")
for interval in INTERVALS:
    good(f"interval {interval}", candle(interval=interval, close="62.25"), f"AOT/{interval}")
for amount in AMOUNTS:
    good(f"close {amount}", candle(close=amount), "AOT/1m")
for total in TOTALS:
    good(f"value {total}", candle(value=total), "AOT/1m")
for volume in VOLUMES:
    good(f"volume {volume}", candle(volume=volume, last_sequence=volume), "AOT/1m")
for name, time in {
    "with microseconds": datetime(2024, 7, 5, 3, 0, 1, 999_999, tzinfo=timezone.utc),
    "with milliseconds": datetime(2024, 7, 5, 3, 0, 1, 1_000, tzinfo=timezone.utc),
    "before 1970": datetime(1969, 12, 31, 23, 59, 59, tzinfo=timezone.utc),
    "of the year 2038": datetime(2038, 1, 19, 3, 14, 8, tzinfo=timezone.utc),
    "of the year 1": datetime(1, 1, 1, tzinfo=timezone.utc),
    "of the year 9999": datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc),
}.items():
    good(f"a time {name}", candle(time=time, close="62.25"), "AOT/1m")
wire(bar, "AOT/1m")


@dataclass
class AnyTime(betterproto.Message):
    seconds: int = betterproto.int64_field(1)
    nanos: int = betterproto.int32_field(2)


@dataclass
class OtherCandle(betterproto.Message):
    symbol: str = betterproto.string_field(1)
    interval: str = betterproto.string_field(2)
    time: AnyTime = betterproto.message_field(4)
    open: UnitsFirst = betterproto.message_field(5)
    volume: str = betterproto.string_field(9)


def other(**fields):
    return OtherCandle("AOT", "1m", **{"time": AnyTime(1_720_148_400), **fields})


refused("no time", CandlestickV3, "AOT/1m", OtherCandle("AOT", "1m"), "schema")
refused("a time of no date", CandlestickV3, "AOT/1m", other(time=AnyTime(2**60)), "number")
refused("a time of no date, in the past", CandlestickV3, "AOT/1m", other(time=AnyTime(-(2**60))), "number")
refused("nanos of 1 s", CandlestickV3, "AOT/1m", other(time=AnyTime(1, NANOS)), "number")
refused("nanos below zero", CandlestickV3, "AOT/1m", other(time=AnyTime(1, -1)), "number")
refused("volume as text", CandlestickV3, "AOT/1m", other(volume="100"), "schema")
refused("money units first", CandlestickV3, "AOT/1m", other(open=UnitsFirst(62)), "money-layout")
refused("volume of 2^53", CandlestickV3, "AOT/1m", candle(volume=2**53), "number")
refused("sequence below zero", CandlestickV3, "AOT/1m", candle(last_sequence=-1), "number")
refused("another interval", CandlestickV3, "AOT/5m", bar, "symbol")
refused("another symbol", CandlestickV3, "PTT/1m", bar, "symbol")
refused("nothing at all", CandlestickV3, "AOT/1m", b"", "symbol")

# --- EquityExchangeInfoV3 ---------------------------------------------------------------------------------------


def equity(name="SET", **fields):
    given = {key: money(baht(value), "") if isinstance(value, str) else value for key, value in fields.items()}
    return EquityExchangeInfoV3(market_info=EquityMarketInfoV3(name=name, **given))


index = equity(market_status=5, current="1312.45", high="1318.2", low="1309.87", change="-4.02", percent_change="-0.31", total_index_volume=8_765_432_100, total_index_value="38765432100.55")
good("a day", index, "SET")
good("name alone", equity(), "SET")
good("unchanged", equity(market_status=5, current="1312.45", change="0", percent_change="0"), "SET")
good("changes left out", equity(market_status=5, current="1312.45"), "SET")
good("changes without an index", equity(change="1.25", percent_change="-0.01"), "SET")
for amount in AMOUNTS:
    good(f"range and changes {amount}", equity(current=amount, high=amount, low=f"-{amount}", change=f"-{amount}", percent_change=f"-{amount}"), "SET")
good("mai", equity("mai", market_status=5), "mai")
for number in range(0, 17):
    good(f"status {number}", equity(market_status=number), "SET")
good("status of a later version", equity(market_status=250), "SET")
for amount in AMOUNTS + TOTALS:
    good(f"index {amount}", equity(market_status=6, current=amount, total_index_value=amount), "SET")
for volume in VOLUMES:
    good(f"volume {volume}", equity(market_status=6, total_index_volume=volume), "SET")
for market in ("SET50", "SET100", "sSET", "SETHD", "SETTHSI", "MAI", "SET50FF"):
    good(f"market {market}", equity(market, market_status=5), market)
wire(index, "SET")
for volume in (2**53, 2**63 - 1, -1):
    refused(f"volume {volume} is refused", EquityExchangeInfoV3, "SET", equity(total_index_volume=volume), "number")
for field in ("current", "high", "low", "change", "percent_change", "total_index_value"):
    refused(f"mixed signs of {field} are refused", EquityExchangeInfoV3, "SET", equity(**{field: Money(units=1, nanos=-1)}), "number")
refused("no name", EquityExchangeInfoV3, "SET", EquityExchangeInfoV3(market_info=EquityMarketInfoV3(market_status=5)), "symbol")
refused("no market", EquityExchangeInfoV3, "SET", b"", "symbol")
refused("an empty market", EquityExchangeInfoV3, "SET", b"\x0a\x00", "symbol")
refused("another market", EquityExchangeInfoV3, "mai", index, "symbol")
refused("a symbol's price info", EquityExchangeInfoV3, "SET", info("SET", last="1312.45"), "truncated")  # "SET" reads as a group

# --- DerivExchangeInfoV3 ----------------------------------------------------------------------------------------


def derivatives(name="TFEX", **fields):
    return DerivExchangeInfoV3(market_info=DerivMarketInfoV3(name=name, **fields))


totals = derivatives(market_status=5, total_volume=543_210, total_deal=98_765, open_interest=2_147_483_647)
good("a day", totals, "TFEX")
good("name alone", derivatives(), "TFEX")
for number in range(0, 16):
    good(f"status {number}", derivatives(market_status=number), "TFEX")
good("status of a later version", derivatives(market_status=77), "TFEX")
for volume in VOLUMES:
    good(f"volume {volume}", derivatives(market_status=5, total_volume=volume, total_deal=volume), "TFEX")
for interest in (0, 1, 127, 128, 65_535, 1_000_000, 2**31 - 1):
    good(f"open interest {interest}", derivatives(market_status=5, open_interest=interest), "TFEX")
for market in ("TFEX_EQUITY", "TFEX_METAL", "TFEX_FX", "TFEX_RATES", "TFEX_AGRI", "TFEX_DEFERRED"):
    good(f"market {market}", derivatives(market, market_status=4), market)
for status in (1, 4, 7, 10, 11, 14, 15):
    good(f"night {status}", derivatives("TFEX", market_status=status, total_volume=status * 1_000), "TFEX")
wire(totals, "TFEX")
for volume in (2**53, 2**63 - 1, -1):
    refused(f"volume {volume} is refused", DerivExchangeInfoV3, "TFEX", derivatives(total_volume=volume), "number")
    refused(f"{volume} deals are refused", DerivExchangeInfoV3, "TFEX", derivatives(total_deal=volume), "number")
refused("open interest -1 is refused", DerivExchangeInfoV3, "TFEX", derivatives(open_interest=-1), "number")
refused("no name", DerivExchangeInfoV3, "TFEX", DerivExchangeInfoV3(market_info=DerivMarketInfoV3(market_status=5)), "symbol")
refused("another market", DerivExchangeInfoV3, "SET", totals, "symbol")
refused("an equity market", DerivExchangeInfoV3, "SET", index, "schema")
refused("nothing at all", DerivExchangeInfoV3, "TFEX", b"", "symbol")

# --- write ------------------------------------------------------------------------------------------------------

OUT.write_text("[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries) + "\n]\n")
for kind in MESSAGES:
    print(kind.__name__, sum(entry["message"] == kind.__name__ for entry in entries))
print(f"{sum('expectedReject' in entry for entry in entries)} to refuse")
