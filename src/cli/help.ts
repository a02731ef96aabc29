import type { CommandName } from './options/command.js';

const shared = `  --seconds <n>   end after so many seconds; else at Ctrl-C
  --json          one update a line as JSON on stdout, the counts of all messages as the last; logs on stderr
  --help          this text

On a terminal a table is kept up to date in place: a live price stands behind ●, any other behind ○, in brackets and with
its state in capitals. Anywhere else, and with TERM=dumb, each update is a line. NO_COLOR is obeyed.
`;

const demo = `Shows quotes of a simulated market in this process, five symbols unless others are named. Needs the package aedes.

Usage: rx-quotes demo [SYMBOL…] [options]

${shared}
The link is cut once, after 3 s, or after a third of --seconds when that is sooner, to show what a loss of trust looks
like: each price turns suspect at once, and live again with its own next image. A run of less than 3 s has no cut.

Exit code: 0 when every message is accounted for and the cut was recovered from, or was not yet due at Ctrl-C; 1 when not,
or when no quote ever came; 2 for wrong usage.
`;

const watch = `Shows quotes of symbols on a broker, or of Settrade.

Usage: rx-quotes watch SYMBOL… --url <url> [options]
       rx-quotes watch SYMBOL… --settrade [options]

  --settrade      sign in to Settrade, which says where its broker and what its market is
  --url <url>     mqtt://, mqtts://, ws:// or wss://, with host, and port and path if need be
  --topic <topic> the topic of a symbol's quotes, with {symbol} as one level, e.g. px/{symbol}/book;
                  without it proto/topic/bidofferv3/{symbol}
  --json-fields <fields>
                  the messages are JSON objects with these fields: bid=b,ask=a, and if there are any
                  bidVolume=bv,askVolume=av,symbol=s; the names on the right are those in the messages
  --decoder <file>
                  the messages are read by a module: export default function decode(payload, topic, symbol),
                  which returns { symbol, bid, ask, bidVolume, askVolume }; without --decoder and --json-fields
                  the messages are Settrade's BidOfferV3
  --ca <file>     a PEM file with the certificates to trust, in place of the usual ones, for mqtts and wss
${shared}
Credentials come from the environment, never from the command line, where other users of the machine could read them:

  API_TOKEN       over mqtt and mqtts the password, with "token" as user name unless MQTT_USERNAME says another;
                  over ws and wss the header "Authorization: Bearer …" of the upgrade
  MQTT_USERNAME, MQTT_PASSWORD
                  user name and password as they are, over any of them
  NODE_EXTRA_CA_CERTS
                  Node's own: a PEM file with certificates to trust besides the usual ones
  SETTRADE_APP_ID, SETTRADE_APP_SECRET, SETTRADE_APP_CODE, SETTRADE_BROKER_ID
                  for --settrade, as Settrade gives them; SANDBOX as broker id for its sandbox
  SETTRADE_BASE_URL
                  for --settrade, where another deployment is: https://host

Credentials for another machine over mqtt or ws, which everyone on the way can read, are warned of on stderr.

Nothing is known of the hours of a broker that is named by --url: the market stays "unknown". A retained message is of unknown
age; its symbol is live with the next one.

While there is no connection, problems are shown with their remedies; after 10 s also the symbols without a quote. Settrade may
allow one session only for an account: a live feed with the same account may be cut.

Exit code: 0 when every message is accounted for and every loss was recovered from; 1 when not, when never connected, or when
no quote ever came; 2 for wrong usage.
`;

const relay = `Publishes the quotes of a broker, or of Settrade, to a broker of yours, for any number of readers: relayVenue of rx-quotes/relay.

Usage: rx-quotes relay [SYMBOL…] --to <url> --url <url> [options]
       rx-quotes relay [SYMBOL…] --to <url> --settrade [options]
       rx-quotes relay [SYMBOL…] --to <url> --demo [options]

  --to <url>      your broker: mqtt://, mqtts://, ws:// or wss://, with host, and port and path if need be
  --to-ca <file>  a PEM file with the certificates to trust for it, in place of the usual ones
  --symbols <file>
                  a file with a symbol a line, besides those that are named. Without any, all symbols, by a wildcard
  --prefix <p>    the first levels of all topics; without it rx-quotes
  --rate <n>      the most images of a symbol in a second, 0.1 to 1000; without it 2
  --depth <n>     levels a side, 1 or 10; without it 1
  --format <f>    protobuf, or json, which also carries quotes of --json-fields and --decoder
  --shard <i/n>   publish part i of n of the symbols, when n relays share them, e.g. 2/4
  --url, --topic, --json-fields, --decoder, --ca, --settrade
                  where the quotes come from, as for rx-quotes watch, with the same variables of the environment
  --demo          a simulated market in this process
  --seconds <n>   end after so many seconds; else at Ctrl-C or SIGTERM
  --help          this text

Credentials of your broker come from the environment: RX_QUOTES_RELAY_USERNAME and RX_QUOTES_RELAY_PASSWORD.

Each change of a connection, and each 10 s, is a line on stdout. Warnings and errors go to stderr.

Exit code: 0 when ended by --seconds or a signal; 1 when another relay with this prefix and shard was started later, or when a
quote can't be published in this format; 2 for wrong usage.
`;

const status = `Shows what a running process reports of its feeds: what is wrong, since when, and what to do. The process has to serve
its metrics: serveMetrics({ registry, feeds }).

Usage: rx-quotes status <address> [options]

  <address>       of the metrics server, e.g. http://127.0.0.1:8000
  --symbol <s>    explain the state of this symbol, too
  --json          the answers as one JSON object; with --watch one a line
  --watch         again every 2 s until Ctrl-C; without a terminal only when something changes
  --docs-base <address>
                  where the pages of docs/ are, e.g. https://docs.example/rx-quotes
  --help          this text

✓ no finding, ! warnings, ✗ a critical finding: the feed as a whole gives no price to trade on.

Exit code: 0 without findings; 1 for a critical finding, or when the process can't be reached; 2 for wrong usage; 3 for
warnings only.
`;

const doctor = `Examines the way from this machine to the quotes of a place, step by step: clock, DNS, TCP, TLS, what the port
speaks, proxy, credentials; then, if it may, sign-in, CONNECT, SUBSCRIBE, first messages, decoder, market; and this machine.

Usage: rx-quotes doctor [SYMBOL…] --url <url> [options]
       rx-quotes doctor [SYMBOL…] --settrade [options]
       rx-quotes doctor [SYMBOL…] --demo [options]

  --url, --topic, --json-fields, --decoder, --ca, --settrade
                  as for rx-quotes watch, with the same variables of the environment
  --demo          a simulated market in this process
  --connect       sign in and connect, too. Without it the examination ends before, unless the venue is known to allow
                  several sessions: where only one is allowed, the new one ends that of a live feed
  --watch         once more every 5 s, until Ctrl-C
  --json          one examination a line as JSON on stdout (docs/doctor.md)
  --docs-base <url>
                  where the pages in docs/ are, for the addresses of causes
  --help          this text

Each line has a mark: ✓ well, ! look at it, ✗ failed, – not tried. Below it stand the remedy and the code of the cause. No credential is
shown, and none is sent before --connect. A process that runs is asked with rx-quotes status.

Exit code: 0 when all is well, 1 after a failure, 2 for wrong usage, 3 when there are only warnings.
`;

const generate = `Writes a decoder of one message of a protobuf schema, in TypeScript, for mqttVenue({ decode }). Needs the package
protobufjs to read the schema; the written file needs rx-quotes alone.

Usage: rx-quotes generate SCHEMA.proto MESSAGE [options]

  --out <file>    the file to write, which is new or was written by this command; without it
                  the decoder goes to stdout
  --help          this text

The file has an interface for each message, with names as protobufjs has them (bid_price is bidPrice), and a function
decode<MESSAGE>(payload). A field that is left out has the default of proto3; a message, an optional field or a member of a
oneof is null. An int64 is a number; the decoder refuses a message with an int64 that no double holds exactly. A
google.type.Money is a number, NaN when it is left out. Maps, groups, and the required fields and defaults of proto2 are not
supported.

Exit code: 0 when the decoder was written; 1 when the schema or the package is missing or can't be used, or the file can't be
written; 2 for wrong usage.
`;

const overview = `Quotes that say when they can't be trusted.

Usage: rx-quotes <command> [options]

  demo      a simulated market in this process, whose link is cut once
  watch     symbols on a broker
  relay     publish quotes to a broker of yours
  doctor    why no quotes come, step by step
  status    what is wrong in a running process
  generate  a decoder from a protobuf schema

rx-quotes <command> --help tells more; rx-quotes --version prints the version.
`;

/** The text that `--help` prints. */
export function helpText(of?: CommandName): string {
  return of === undefined ? overview : { demo, watch, relay, doctor, status, generate }[of];
}
