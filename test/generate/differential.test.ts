import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import {
  CHANGES,
  changedPayloads,
  comparedBook,
  type ComparedDecoder,
  comparedMessages,
  isJust,
  outcome,
} from '../support/comparedDecoders.js';
import { comparable, decodedReference } from '../support/decodedReference.js';
import { generatedDecoder } from '../support/generatedDecoder.js';
import { inFull } from '../support/modelRun.js';
import { seededRandom } from '../support/seededRandom.js';

/** Valid payloads in all; ten times as many are mutated. The nightly run has a million. */
const valid = Number(process.env['RXQ_DIFFERENTIAL'] ?? (inFull ? 20_000 : 1_500));
const seed = Number(process.env['RXQ_SEED'] ?? Date.now() % 1_000_000);
const timeout = 60_000 + valid * 6;

/** Compares a share of the valid payloads, and the changes of each. Reports the first payloads that are read differently. */
function compare(decoders: readonly ComparedDecoder[], share: number): void {
  const wrong: string[] = [];
  let compared = 0;
  const random = seededRandom(seed);
  for (let turn = 0; turn < valid * share; turn++) {
    const { name, type, difference } = decoders[turn % decoders.length]!;
    for (const payload of changedPayloads(type, random)) {
      compared += 1;
      const found = difference(payload);
      if (found !== undefined && wrong.length < 5)
        wrong.push(`${name} ${Buffer.from(payload).toString('hex')}: ${found}`);
    }
  }
  expect(compared).toBe(Math.ceil(valid * share) * (1 + CHANGES));
  expect(wrong, `RXQ_SEED=${seed}`).toEqual([]);
}

test(`decodeBidOfferV3 reads or refuses a payload as protobufjs does, for the same reason, and decodeBidOfferV3Top agrees (seed ${seed})`, {
  timeout,
}, () => {
  compare([comparedBook], 0.6);
});

test(`the other decoders of Settrade read or refuse a payload as protobufjs does, for the same reason (seed ${seed})`, {
  timeout,
}, () => {
  compare(comparedMessages, 0.25);
});

const schema = fileURLToPath(new URL('everything.proto', import.meta.url));
const Everything = protobuf.loadSync(schema).resolveAll().lookupType('Everything');
const decodeEverything = await generatedDecoder(schema, 'Everything');

function everythingDifference(payload: Uint8Array): string | undefined {
  const reference = decodedReference(payload, Everything);
  const found = outcome(() => decodeEverything(payload));
  if ('reason' in found) {
    if (isJust(found.reason, [reference.reason ?? ''], payload)) return undefined;
    if (reference.hasRivals && found.reason === 'number') return undefined;
    return `refused as ${found.reason}, reference: ${JSON.stringify(reference)}`;
  }
  if (reference.reason === 'number' && reference.hasRivals) return undefined;
  const result = comparable(found.result, reference.value);
  if (reference.reason === undefined && isDeepStrictEqual(result, reference.value)) return undefined;
  return `decoded ${JSON.stringify(result)}, reference: ${JSON.stringify(reference)}`;
}

test(`a generated decoder reads every feature as protobufjs does, or refuses for the same reason (seed ${seed})`, {
  timeout,
}, () => {
  compare([{ name: 'Everything', type: Everything, difference: everythingDifference }], 0.15);
});
