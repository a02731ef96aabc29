import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedVenue, startSimulatedVenue } from '../../../src/testing/index.js';
import { itRejectsArguments } from '../../support/rejectedArguments.js';

const started = (config: object) => () => startSimulatedVenue(config);

describe('startSimulatedVenue', () => {
  const twice = ['A', 'a'];
  itRejectsArguments([
    ['startSimulatedVenue.speed', 2, started({ speed: 2 })],
    ['startSimulatedVenue.symbols', 801, started({ symbols: 801 })],
    ['startSimulatedVenue.symbols', 0, started({ symbols: 0 })],
    ['startSimulatedVenue.symbols', twice, started({ symbols: twice })],
    ['startSimulatedVenue.symbols[1]', 'B/C', started({ symbols: ['A', 'B/C'] })],
    ['startSimulatedVenue.rate', -1, started({ rate: -1 })],
    ['startSimulatedVenue.rate', 200_001, started({ rate: 200_001 })],
    ['startSimulatedVenue.rate', '20', started({ rate: '20' })],
    ['startSimulatedVenue.seed', 0.5, started({ seed: 0.5 })],
    ['startSimulatedVenue.phase', 'lunch', started({ phase: 'lunch' })],
    ['startSimulatedVenue.schedule[0].phase', 'lunch', started({ schedule: [{ after: 0, phase: 'lunch' }] })],
    [
      'startSimulatedVenue.schedule[1].after',
      1,
      started({
        schedule: [
          { after: 2, phase: 'open1' },
          { after: 1, phase: 'closed' },
        ],
      }),
    ],
    ['startSimulatedVenue.market', '', started({ market: '' })],
    ['startSimulatedVenue.accessTokenLife', NaN, started({ accessTokenLife: NaN })],
    ['startSimulatedVenue.retained', 1, started({ retained: 1 })],
    ['startSimulatedVenue.tokens', 'paper', started({ tokens: 'paper' })],
    ['startSimulatedVenue.answers', 'xml', started({ answers: 'xml' })],
    ['startSimulatedVenue.login.password', 'undefined', started({ login: { username: 'a' } })],
    ['startSimulatedVenue.tls.key', 'undefined', started({ tls: { cert: 'x' } })],
    ['startSimulatedVenue.sendBuffer', -1, started({ sendBuffer: -1 })],
  ]);

  it('rejects an invalid certificate', async () => {
    await expect(startSimulatedVenue({ tls: { cert: 'none', key: 'none' } })).rejects.toThrow(/PEM/);
  });
});

describe('a simulated venue', () => {
  let venue: SimulatedVenue;
  beforeAll(async () => {
    venue = await startSimulatedVenue({ rate: 0 });
  });
  afterAll(() => venue.stop());

  itRejectsArguments([
    ['simulatedVenue.rate', -1, () => (venue.rate = -1)],
    ['simulatedVenue.clockOffset', NaN, () => (venue.clockOffset = NaN)],
    ['simulatedVenue.publish.symbol', 'NONE', () => venue.publish('NONE')],
    ['simulatedVenue.lastImage.symbol', 'NONE', () => venue.lastImage('NONE')],
    ['simulatedVenue.halt.symbol', 'NONE', () => venue.halt('NONE')],
    ['simulatedVenue.topic.symbol', 'NONE', () => venue.topic('quote', 'NONE')],
    ['simulatedVenue.enterPhase.phase', 'lunch', () => venue.enterPhase('lunch' as 'closed')],
    ['simulatedVenue.refuse.filter', 'a/#/b', () => venue.refuse('a/#/b')],
    ['simulatedVenue.refuse.manner', 'rudely', () => venue.refuse('a', 'rudely' as 'silent')],
    ['simulatedVenue.fail.step', 'lunch', () => venue.fail('lunch' as 'login', { kind: 'hang' })],
    ['simulatedVenue.fail.step', 'login', () => venue.fail('login', { kind: 'hosts', hosts: [] })],
    ['simulatedVenue.fail.fault.kind', 'rain', () => venue.fail('login', { kind: 'rain' as 'hang' })],
    ['simulatedVenue.fail.fault.code', 1, () => venue.fail('connect', { kind: 'connack', code: 1 as 2 })],
    ['simulatedVenue.fail.times', 0, () => venue.fail('login', { kind: 'hang' }, 0)],
  ]);
});
