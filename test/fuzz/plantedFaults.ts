/** A fault of a program under fuzz, and what the fuzz has to find. */
export interface PlantedFault {
  readonly name: string;
  readonly target: 'tap' | 'decoders';
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly found: RegExp;
}

const tap = 'src/mqtt/transport/node/frameTap.ts';

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'a gathered packet takes a byte of the next one',
    target: 'tap',
    file: tap,
    find: 'from + this.left);',
    replace: 'from + this.left + 1);',
    found: /in several chunks, packet \d+/,
  },
  {
    name: 'a payload is one byte too short',
    target: 'tap',
    file: tap,
    find: 'Math.min(start + kept, payload',
    replace: 'Math.min(start + kept - 1, payload',
    found: /has another payload/,
  },
  {
    name: 'a packet that is passed on changes later',
    target: 'tap',
    file: tap,
    find: 'const isUseless = kept < length && fixed.length === 0;',
    replace: 'const isUseless = true;',
    found: /packet \d+ .* is passed on/,
  },
  {
    name: 'the length of a topic is read where there is none',
    target: 'tap',
    file: tap,
    find: 'length < 2 ? Infinity : ',
    replace: '',
    found: /threw RangeError/,
  },
  {
    name: 'room is taken for all that a length announces',
    target: 'tap',
    file: tap,
    find: 'return Math.min(length, LONGEST_TOPIC + PACKET_ID + this.config.maxPayload + 1);',
    replace: 'return length;',
    found: /\d+ bytes of memory are taken; at most \d+ may be/,
  },
  {
    name: 'the rest of a packet is waited for in a loop',
    target: 'tap',
    file: tap,
    find: 'if (this.left > 0) return end;',
    replace: 'while (this.left > 0);',
    found: /the reading does not end within 2 s of processor time/,
  },
  {
    name: 'a topic is taken for another of the same hash',
    target: 'tap',
    file: 'src/mqtt/transport/node/topicCache.ts',
    find: 'if (bytes[at] !== source[from]) return false;',
    replace: 'if (bytes[at] === undefined) return false;',
    found: /has the topic .* instead of/,
  },
  {
    name: 'an UNSUBACK may be longer than it is allowed to be',
    target: 'tap',
    file: 'src/mqtt/transport/packetLimits.ts',
    find: '[UNSUBACK]: 2,',
    replace: '[UNSUBACK]: 3,',
    found: /instead of (refused as )?PacketRefused/,
  },
  {
    name: 'a SUBACK may not be as long as it is allowed to be',
    target: 'tap',
    file: 'src/mqtt/transport/packetLimits.ts',
    find: 'LONGEST_SUBACK = 65_536',
    replace: 'LONGEST_SUBACK = 65_535',
    found: /ends in PacketRefused instead of/,
  },
  {
    name: 'a decoder accepts another wire type',
    target: 'decoders',
    file: 'src/settrade/generated/infov3.ts',
    find: 'if (number >= 1 && number <= 10) throw',
    replace: 'if (number >= 1 && number <= 9) throw',
    found: /reference: \{"reasons":\["schema"\]\}/,
  },
  {
    name: 'a decoder reads text that is not UTF-8',
    target: 'decoders',
    file: 'src/settrade/generated/wire.ts',
    find: "'utf-8', { fatal: true,",
    replace: "'utf-8', { fatal: false,",
    found: /reference: \{"reasons":\["schema"\]\}/,
  },
];
