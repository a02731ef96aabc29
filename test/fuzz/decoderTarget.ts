import {
  CHANGES,
  changedPayloads,
  comparedBook,
  type ComparedDecoder,
  comparedMessages,
} from '../support/comparedDecoders.js';
import { type FuzzInput, type FuzzTarget, fuzzTarget } from './fuzzTarget.js';

interface DecoderInput extends FuzzInput {
  readonly decoder: ComparedDecoder;
}

const decoders = [comparedBook, ...comparedMessages];

/** The decoders of Settrade beside protobufjs. Each round is a valid payload and its changes, for one decoder after the other. */
export const decoderTarget: FuzzTarget = fuzzTarget<DecoderInput>({
  name: 'decoders',
  mutated: CHANGES,
  inputs: (random, round) => {
    const decoder = decoders[round % decoders.length]!;
    return changedPayloads(decoder.type, random).map((bytes) => ({ bytes, decoder }));
  },
  how: ({ decoder }) => decoder.name,
  fault: ({ bytes, decoder }) => decoder.difference(bytes),
});
