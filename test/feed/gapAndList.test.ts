import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { scene } from './scene.js';

test('a list that changes while a gap closes gets the closed gap before any event of the new epoch', () => {
  const { feed, fake, scheduler, price } = scene();
  const lists = new Subject<readonly string[]>();
  feed.updates(['AOT']).subscribe((update) => {
    if (update.kind === 'gap' && update.toEpoch !== undefined) lists.next(['AOT', 'PTT']);
  });
  const updates: string[] = [];
  feed.updates(lists).subscribe((update) => {
    if (update.kind === 'gap') updates.push(update.toEpoch === undefined ? 'gap' : 'gap closed');
    else updates.push(`${update.symbol} ${update.state} ${String(update.epoch)}`);
  });
  lists.next(['AOT']);
  price('AOT', 1);
  updates.length = 0;
  fake.drop();
  scheduler.advance(60_000);
  expect(updates).toEqual(['gap', 'AOT suspect 0', 'gap closed', 'PTT awaiting 1']);
});
