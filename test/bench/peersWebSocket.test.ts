import { expect, it } from 'vitest';
import { webSocketReader } from '../../bench/peers/receivers/webSocketReader.js';
import { frameHeaderLength, webSocketFrame } from '../../bench/peers/sources/webSocketFrame.js';

const messages = [1, 125, 126, 65_535, 65_536].map((length, index) => Buffer.alloc(length, index + 1));

function read(chunks: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [];
  const reader = webSocketReader((bytes) => parts.push(bytes));
  for (const chunk of chunks) reader(chunk);
  return Buffer.concat(parts);
}

it.each([1, 7, 1_000, 70_000])(
  'WebSocket messages that arrive %i bytes at a time are read as they were framed',
  (size) => {
    const bytes = Buffer.concat(messages.map(webSocketFrame));
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    expect(read(chunks).equals(Buffer.concat(messages))).toBe(true);
  },
);

it('a WebSocket frame is longer than its message by the length of its header', () => {
  expect(messages.map((message) => webSocketFrame(message).length - message.length)).toEqual([2, 2, 4, 4, 10]);
  expect(messages.map(({ length }) => frameHeaderLength(length))).toEqual([2, 2, 4, 4, 10]);
});
