import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { outOfRange } from '../../operators/internal/argument.js';
import { bidOfferTopic } from '../settrade/index.js';

/** Payloads by symbol, in the order to publish them. */
export type Recording = ReadonlyMap<string, readonly Uint8Array[]>;

interface Entry {
  readonly name: string;
  readonly symbol: string;
  readonly hex: string;
}

/** The recording of the repository; the published package has none. */
const ownRecording = 'test/golden/bidofferv3.json';

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { name, symbol, hex } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof symbol === 'string' && typeof hex === 'string';
}

/** Moving books are named by symbol and number; the rest of the golden payloads are odd shapes to test a decoder with. */
function isMovingBook({ name, symbol }: Entry): boolean {
  return name.startsWith(`${symbol}/`) && /^\d+$/.test(name.slice(symbol.length + 1));
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw outOfRange('--payloads', path, `pass a recording in JSON, or watch a broker with --url (${why})`);
  }
}

/** Reads a recording from a file, the repository's when none is named. */
export function readRecording(file?: string): Recording {
  const path =
    file ??
    createRequire(import.meta.url)
      .resolve('rx-quotes/package.json')
      .replace('package.json', ownRecording);
  const entries = parse(path);
  const books = Array.isArray(entries) ? entries.filter(isEntry).filter(isMovingBook) : [];
  if (books.length === 0)
    throw outOfRange('--payloads', path, 'pass an array of { name: "AOT/000", symbol: "AOT", hex }');
  const recording = new Map<string, Uint8Array[]>();
  for (const { symbol, hex } of books) {
    const bytes = Buffer.from(hex, 'hex');
    recording.set(symbol, [...(recording.get(symbol) ?? []), bytes]);
  }
  return recording;
}

/** The payloads of some of a recording's symbols, by topic. */
export function payloadsByTopic(
  recording: Recording,
  symbols: readonly string[],
): Record<string, readonly Uint8Array[]> {
  const topics = symbols.map((symbol) => {
    const payloads = recording.get(symbol);
    if (payloads !== undefined) return [bidOfferTopic(symbol), payloads] as const;
    throw outOfRange('--symbols', symbol, `the recording has ${[...recording.keys()].join(', ')}`);
  });
  return Object.fromEntries(topics);
}
