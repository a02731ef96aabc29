"""The official SDK as a client: signs in, subscribes, and prints what it receives, a JSON object a line.

Reads {base, caFile, appId, appSecret, appCode, brokerId, symbols, markets, derivativesMarkets} as JSON from its first argument, and ends when
its stdin does. The SDK itself runs as published; what is replaced is where it looks: the base address, the authority it
trusts, the port (443 is written into it), the clock's pool and the check for a newer version, which are on the internet.
"""

import json
import sys
import threading

asked = json.loads(sys.argv[1])

import ntplib  # noqa: E402


def no_pool(*_args, **_kwargs):
    raise ntplib.NTPException("not asked")


ntplib.NTPClient.request = no_pool

import paho.mqtt.client as mqtt  # noqa: E402
from settrade_v2 import Investor  # noqa: E402
from settrade_v2.context import Context  # noqa: E402

Context.base_url = property(lambda _self: asked["base"], lambda _self, _address: None)
Context._check_version = lambda _self: None

connect = mqtt.Client.connect
tls_set = mqtt.Client.tls_set


def connect_to_port(self, host, port, keepalive):
    name, _, own_port = host.partition(":")
    return connect(self, host=name, port=int(own_port or port), keepalive=keepalive)


mqtt.Client.connect = connect_to_port
mqtt.Client.tls_set = lambda self: tls_set(self, ca_certs=asked["caFile"])

printing = threading.Lock()


def say(**line):
    with printing:
        print(json.dumps(line, default=str), flush=True)


def main():
    user = Investor(asked["appId"], asked["appSecret"], asked["appCode"], asked["brokerId"])
    say(kind="signed in", token_type=user._ctx.token_type)
    realtime = user.RealtimeDataConnection()
    subscribers = []
    for symbol in asked["symbols"]:
        # The SDK hands every message to a thread of its own: its lines may come in another order than the messages.
        for kind, subscribe in (("quote", realtime.subscribe_bid_offer), ("info", realtime.subscribe_price_info)):
            subscribers.append(subscribe(symbol, lambda message, key, kind: say(kind=kind, key=key, **message), args=(symbol, kind)))
        subscribers.append(
            realtime.subscribe_candlestick(
                symbol, "1m", lambda message, key: say(kind="candle", key=key, **message), args=(symbol,)
            )
        )
    for kind, markets, subscribe in (
        ("market", asked["markets"], realtime.subscribe_equity_exchange_info),
        ("derivatives", asked["derivativesMarkets"], realtime.subscribe_derivatives_exchange_info),
    ):
        for market in markets:
            subscribers.append(
                subscribe(market, lambda message, key, kind: say(kind=kind, key=key, **message), args=(market, kind))
            )
    for subscriber in subscribers:
        subscriber.start()
    sys.stdin.read()
    for subscriber in subscribers:
        subscriber.stop()
    say(kind="stopped")


main()
