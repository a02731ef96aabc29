import { readFileSync } from 'node:fs';
import { throwError, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { retryBackoff } from '../../operators/retryBackoff.js';
import type { ConnectionState } from '../../src/mqtt/session/connectionState.js';
import * as rules from '../../src/mqtt/retry/retryRules.js';
import { deadlines } from '../faults/deadlines.js';
import { tableUnder } from '../support/markdownTable.js';

const page = readFileSync('docs/connection.md', 'utf8');
const states = Object.keys({
  idle: true,
  connecting: true,
  live: true,
  silent: true,
  waiting: true,
  rejected: true,
  closed: true,
} satisfies Record<ConnectionState['status'], true>);

const [, diagram = ''] = /```mermaid\n([\s\S]*?)```/.exec(page) ?? [];
const arrows = [...diagram.matchAll(/^ {2}(\S+) --> (\S+)/gm)].map(([, from = '', to = '']) => ({ from, to }));
const seconds = (ms: number): string => `${String(ms / 1000)} s`;

/** The waits after `count` failures in a row, chance having its say. */
function waits(count: number, random: number): readonly number[] {
  const scheduler = new VirtualTimeScheduler();
  const delays: number[] = [];
  const failing$ = throwError(() => new Error('down'));
  const onRetry = ({ delay }: { delay: number }): number => delays.push(delay);
  failing$
    .pipe(retryBackoff({ maxRetries: count, random: () => random, onRetry, scheduler }))
    .subscribe({ error: () => undefined });
  scheduler.flush();
  return delays;
}

describe('the diagram of the connection', () => {
  it('has every state and no other', () => {
    const drawn = new Set(arrows.flatMap(({ from, to }) => [from, to]).filter((name) => name !== '[*]'));
    expect([...drawn].sort()).toEqual([...states].sort());
  });

  it('leads from every state except closed to closed, and from closed to no state', () => {
    const emitted = states.filter((name) => name !== 'closed');
    const closing = arrows.filter(({ to }) => to === 'closed').map(({ from }) => from);
    expect(closing.sort()).toEqual(emitted.sort());
    expect(arrows.filter(({ from }) => from === 'closed')).toEqual([{ from: 'closed', to: '[*]' }]);
  });
});

describe('the documentation of the connection', () => {
  it('explains every state', () => {
    expect(tableUnder(page, 'Meaning of each state').map(([status]) => status)).toEqual(
      states.map((name) => `\`${name}\``),
    );
  });

  it('has the deadlines and limits of the code', () => {
    expect(tableUnder(page, 'Deadlines and limits').map(([, figure]) => figure)).toEqual([
      seconds(rules.CREDENTIALS_TIMEOUT),
      `${seconds(rules.CONNECT_TIMEOUT)} together`,
      seconds(rules.SUBACK_TIMEOUT),
      seconds(rules.SUBACK_LIMIT),
      String(rules.SUBSCRIBES_IN_FLIGHT),
      `${String(rules.PACED)} ms apart`,
      String(rules.TOPICS_PER_PACKET),
      `after ${seconds(rules.REFUSED_RETRY)}`,
      `after ${seconds(rules.CLOSED_RETRY)}`,
      seconds(rules.LIVE_LOSS_SPACING),
      `after ${seconds(rules.GRANT_DOUBT)}`,
      String(rules.MAX_CONNECTS),
      String(rules.MAX_RENEWALS),
      `${String((waits(1, 0)[0] ?? 0) / 1000)} to ${seconds(Math.ceil(waits(1, 1 - 1e-9)[0] ?? 0))}`,
      `${String((waits(9, 0).at(-1) ?? 0) / 1000)} to ${seconds(Math.ceil(waits(9, 1 - 1e-9).at(-1) ?? 0))}`,
      seconds(rules.SLOW_RETRY),
      `up to ${seconds(rules.MAX_RETRY_AFTER)}`,
      seconds(rules.PING_OVERDUE),
      seconds(rules.SLEEP),
      seconds(rules.WAKE_TIMEOUT),
      seconds(rules.FOUND_RETRY),
      seconds(rules.CLOSE_TIMEOUT),
    ]);
    const windows = [...page.matchAll(/in any (\d+ s)/g)].map(([, span]) => span);
    expect(windows).toEqual([seconds(rules.WINDOW), seconds(rules.WINDOW)]);
    const labels = [...diagram.matchAll(/(\d+) attempts/g)].map(([, count]) => Number(count));
    expect(new Set(labels)).toEqual(new Set([rules.MAX_CONNECTS]));
  });

  it('gives the time in which each fault is reported', () => {
    expect(tableUnder(page, 'How soon a fault is reported')).toEqual(
      Object.values(deadlines).map(({ fault, within, reports: reported }) => [
        fault,
        seconds(within),
        reported.startsWith('RXQ_') ? `\`${reported}\`` : reported,
      ]),
    );
  });

  it('defines a flap by the numbers in the code', () => {
    const [, chapter = ''] = page.split('\n## Connections that are accepted and soon lost\n');
    const [text = ''] = chapter.split('\n## ');
    const [life, atOnce] = [seconds(rules.FLAP_LIFE), seconds(rules.FLAP_AT_ONCE)];
    expect(
      [...text.matchAll(/within (\d+ s)|live[sd]? for (\d+ s|0\.\d s)/g)].map(([, one, other]) => one ?? other),
    ).toEqual([life, life, atOnce, life]);
    expect([rules.FLAP_COUNT, rules.FLAP_PROBE_AFTER, rules.retryRules.flap.slowAfter]).toEqual([3, 2, 3]);
    expect(deadlines.flap.fault).toContain(`lost within ${life} of CONNACK: from the third`);
  });

  it('has the retry rule of each kind of failure', () => {
    expect(tableUnder(page, 'How each kind of failure is retried')).toEqual(
      Object.entries(rules.retryRules).map(([kind, { slowAfter, renew }]) => [
        `\`${kind}\``,
        `\`RXQ_${kind.toUpperCase()}\``,
        slowAfter === Infinity ? '–' : `${String(slowAfter)} in a row`,
        renew ? 'yes' : 'no',
      ]),
    );
  });
});
