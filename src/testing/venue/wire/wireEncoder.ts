import type * as protobuf from 'protobufjs';
import { nodeModule } from '../../../nodeModule.js';
import { schema } from './schema.js';

/** Writes messages, and parts of them, as protobuf. What a message leaves out is left out of its fields. */
export interface WireEncoder {
  /** Some or all fields of a message: the parts of one message in a row are that message. */
  encode(
    message: 'BidOfferV3' | 'InfoV3' | 'EquityExchangeInfoV3' | 'DerivExchangeInfoV3' | 'CandlestickV3',
    fields: Readonly<Record<string, unknown>>,
  ): Uint8Array;
}

/** Protobuf as protobufjs writes it. Loaded when a venue is started. */
export async function loadWireEncoder(): Promise<WireEncoder> {
  const { default: light } = (await nodeModule('protobufjs/light.js')) as { readonly default: typeof protobuf };
  const root = light.Root.fromJSON(schema);
  const types = {
    BidOfferV3: root.lookupType('BidOfferV3'),
    InfoV3: root.lookupType('InfoV3'),
    EquityExchangeInfoV3: root.lookupType('EquityExchangeInfoV3'),
    DerivExchangeInfoV3: root.lookupType('DerivExchangeInfoV3'),
    CandlestickV3: root.lookupType('CandlestickV3'),
  };
  return { encode: (message, fields) => types[message].encode(fields).finish() };
}
