import { VirtualTimeScheduler } from 'rxjs';
import { expect, it } from 'vitest';
import { ReadTurn } from '../../src/mqtt/transport/node/readTurn.js';

/** A socket that is read every so many ms, and a turn of the event loop that ends when the test says so. */
function reading(): { readonly log: string[]; readonly read: (after: number) => void; readonly endTurn: () => void } {
  const io = new VirtualTimeScheduler();
  const log: string[] = [];
  let now = 0;
  const socket = {
    pause: () => log.push(`pause at ${String(now)}`),
    resume: () => log.push(`resume at ${String(now)}`),
  };
  const turn = new ReadTurn({ monotonic: () => now, io }, socket);
  return {
    log,
    read: (after) => {
      now += after;
      turn.onChunk();
    },
    endTurn: () => {
      io.flush();
    },
  };
}

it('a socket is paused after 25 ms of one turn, and read again in the next', () => {
  const { log, read, endTurn } = reading();
  for (let chunk = 0; chunk < 8; chunk += 1) read(5);
  expect(log).toEqual(['pause at 30']);
  endTurn();
  expect(log).toEqual(['pause at 30', 'resume at 40']);
  for (let chunk = 0; chunk < 10; chunk += 1) read(5);
  expect(log.slice(2)).toEqual(['pause at 70']);
});

it('a socket is not paused while the event loop continues, for any length of the connection', () => {
  const { log, read, endTurn } = reading();
  for (let chunk = 0; chunk < 100; chunk += 1) {
    read(chunk % 30);
    endTurn();
  }
  expect(log).toEqual([]);
});

it('one chunk that takes long pauses the socket at the next one', () => {
  const { log, read } = reading();
  read(5);
  read(100);
  expect(log).toEqual(['pause at 105']);
});
