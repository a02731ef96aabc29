/** What `--help` says. */
export const help: string = `Quotes as they come, from a broker of its own that plays recorded books of five symbols.

Usage: npm start -- [options]

  --url <url>        watch this broker instead: mqtt://, mqtts://, ws:// or wss://
                     (MQTT_USERNAME and MQTT_PASSWORD are taken from the environment)
  --symbols <list>   symbols with commas in between, e.g. AOT,PTT,"S & J"
  --seconds <n>      end after so many seconds; else at Ctrl-C
  --json             one update a line, the account of all messages as the last
  --payloads <file>  another recording: a JSON array of { name: "AOT/000", symbol: "AOT", hex: "0a03…" }
  --help             this text

Without --url the link is cut once, after 3 s, to show what a loss of trust looks like.
Quotes go to stdout, what the connection does to stderr.

Exit code: 0 when every message is accounted for and the cut was recovered from, 1 when not, 2 for wrong options.
`;
