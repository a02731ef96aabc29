import { Counter, Histogram, Registry } from 'prom-client';
import { debounceTime, groupBy, map, mergeMap, share, Subject, tap } from 'rxjs';
import { connectClient, topicsOf } from './mqttClient.js';
import { decodeWithProtobufjs } from './protobufBook.js';
import type { Receiver } from './receiver.js';

const staleAfter = 10_000;

/**
 * The pipeline that people write with RxJS: a Subject of messages, protobufjs, counters of prom-client with a label for each
 * symbol, one shared stream of quotes, and `groupBy` with `debounceTime` to see which symbols fell silent.
 */
export const receive: Receiver = async (target, deliver) => {
  const registers = [new Registry()];
  const labelNames = ['symbol'] as const;
  const received = new Counter({ name: 'quotes_received_total', help: 'Quotes', labelNames, registers });
  const decoding = new Histogram({ name: 'quotes_decode_seconds', help: 'Decoding', registers });
  const messages = new Subject<Uint8Array>();
  const quotes = messages.pipe(
    map((payload) => {
      const stop = decoding.startTimer();
      const quote = decodeWithProtobufjs(payload);
      stop();
      return quote;
    }),
    tap(({ symbol }) => received.inc({ symbol })),
    share(),
  );
  const silent = new Set<string>();
  quotes
    .pipe(
      groupBy(({ symbol }) => symbol),
      mergeMap((group) => group.pipe(debounceTime(staleAfter))),
    )
    .subscribe(({ symbol }) => silent.add(symbol));
  quotes.subscribe(({ bidVolumes }) => deliver(bidVolumes[0]!));
  const client = connectClient(target);
  client.on('message', (_topic, payload) => messages.next(payload));
  await client.subscribeAsync(topicsOf(target));
  return undefined;
};
