import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { tableView } from '../../src/cli/table/tableView.js';
import type { View } from '../../src/cli/view/view.js';
import { ConnectionFailure, type ConnectionState, type FeedUpdate, type Gap } from '../../src/index.js';
import { fakeFeed, virtualClock } from '../../src/testing/index.js';
import { quoteOf } from '../../src/testing/eventsOf.js';
import { type FakeScreen, fakeScreen } from './fakeScreen.js';
import { fakeTerminal } from './fakeTerminal.js';

/** Noon in whatever zone the test runs. */
const noon = new Date(2026, 0, 5, 12).getTime();
const url = 'mqtt://broker.test';
const ledger = { wanted: 3, granted: 3, refused: [], noData: [] };
const gap: Gap = {
  kind: 'gap',
  phase: 'open',
  cause: 'link',
  fromEpoch: 0,
  lostAt: noon + 1000,
  topics: ['a', 'b', 'c'],
};

interface Scene {
  readonly screen: FakeScreen;
  readonly view: View;
  readonly say: (update: FeedUpdate) => void;
  readonly state: (state: ConnectionState) => void;
  readonly printed: () => string;
  readonly end: () => void;
  /** Lets this number of ms pass. */
  readonly pass: (span: number) => void;
}

/** A table of some symbols on a screen, noon being now. */
function scene(
  symbols: readonly string[],
  size: { rows: number; columns: number },
  colours: boolean,
  script: (scene: Scene) => void,
  warnings: readonly string[] = [],
): void {
  const scheduler = new TestScheduler(() => undefined);
  const screen = fakeScreen(size);
  const [updates, states] = [new Subject<FeedUpdate>(), new Subject<ConnectionState>()];
  const feed = fakeFeed({ quotes: updates, state$: states });
  let printed = '';
  const out = (text: string): void => {
    if (screen.isEntered()) screen.write(text);
    else printed += text;
  };
  const terminal = { ...fakeTerminal(), colours, screen, out };
  const view = tableView(terminal, { symbols, url, warnings }, virtualClock(scheduler, { start: noon }));
  scheduler.run(() => {
    const following = view.follow(feed);
    following.add(
      feed.updates(symbols).subscribe((update) => {
        view.show(update);
      }),
    );
    let now = 0;
    script({
      screen,
      view,
      say: (update) => {
        updates.next(update);
      },
      state: (state) => {
        states.next(state);
      },
      printed: () => printed,
      end: () => {
        following.unsubscribe();
      },
      pass: (span) => {
        now += span;
        scheduler.maxFrames = now;
        scheduler.flush();
        scheduler.frame = now;
      },
    });
    following.unsubscribe();
  });
}

const live = (epoch: number, at: number): ConnectionState => ({ status: 'live', epoch, since: noon + at, ledger });
const top = { bidVolume: 12_000, askVolume: 300, bid: 62.25, ask: 62.5, market: 'open' } as const;
const image = (symbol: string, at: number, more: object = {}): FeedUpdate =>
  quoteOf({ symbol, ...top, receivedAt: noon + at, monotonicAt: at, ...more });

/** Three symbols, of which one has no image yet, a second after noon. */
function quiet({ say, state, pass, view }: Scene): void {
  state(live(0, 0));
  view.logger.info({ status: 'live', epoch: 0 }, 'connection live');
  say(image('AOT', 0));
  say(image('PTT', 0, { bid: Number.NaN, bidVolume: 0 }));
  pass(1000);
}

/** The same when the link is lost just then. */
function cut(it: Scene): void {
  quiet(it);
  const reason = new ConnectionFailure('network', 'mqtt://broker.test closed the connection');
  it.state({ status: 'waiting', epoch: 0, since: noon + 1000, delay: 800, attempt: 1, reason });
  it.say(gap);
  it.say(image('AOT', 0, { state: 'suspect', change: 'state' }));
  it.say(image('PTT', 0, { state: 'suspect', change: 'state', bid: Number.NaN, bidVolume: 0 }));
  it.pass(250);
}

const usual = { rows: 12, columns: 100 };
const three = ['AOT', 'PTT', 'S & J'];

describe('the table', () => {
  it('shows each symbol with its price, age and state, and the state of the connection', () => {
    scene(three, usual, false, (it) => {
      quiet(it);
      expect(it.screen.text()).toMatchInlineSnapshot(`
        "Live.  epoch 0  12:00:01  mqtt://broker.test
        0.0 msg/s  dropped 0  conflated 0  rejected 0  live 2  suspect 0  stale 0  awaiting 1
          SYMBOL      BID VOL        BID         ASK       ASK VOL        AGE  STATE       MARKET   EPOCH
        ● AOT          12,000      62.25       62.50           300      1.0 s  live        open         0
        ● PTT               0          –       62.50           300      1.0 s  live        open         0
        ○ S & J             –          –           –             –          –  AWAITING    –            –
        ────────────────────────────────────────────────────────────────────────────────────────────────────
        12:00:00.000 connection live epoch=0"
      `);
    });
  });

  it('marks a live book that is implausible, and gives the reason', () => {
    scene(['AOT'], usual, false, (it) => {
      it.state(live(0, 0));
      it.say(image('AOT', 0, { bid: 62.75, implausible: 'crossed' }));
      it.pass(1000);
      expect(it.screen.text()).toContain(
        '○ AOT          12,000     (62.75)     (62.50)          300      1.0 s  CROSSED ',
      );
    });
  });

  it('marks each price as dead when the link is lost, also without colours, and shows when the next attempt is', () => {
    scene(three, usual, false, (it) => {
      cut(it);
      expect(it.screen.text()).toMatchInlineSnapshot(`
        "Not connected: mqtt://broker.test closed the connection. Next attempt in 1 s.  epoch 0  12:00:01
        mqtt://broker.test
        0.0 msg/s  dropped 0  conflated 0  rejected 0  live 0  suspect 2  stale 0  awaiting 1
          SYMBOL      BID VOL        BID         ASK       ASK VOL        AGE  STATE       MARKET   EPOCH
        ○ AOT          12,000     (62.25)     (62.50)          300      1.3 s  SUSPECT     open         0
        ○ PTT               0          –      (62.50)          300      1.3 s  SUSPECT     open         0
        ○ S & J             –          –           –             –          –  AWAITING    –            –
        ────────────────────────────────────────────────────────────────────────────────────────────────────
        12:00:00.000 connection live epoch=0
        12:00:01.000 GAP OPEN (link): from epoch 0 on, images of 3 topics may be missing"
      `);
      expect(it.screen.text()).not.toContain('\u001b');
    });
  });

  it('shows problems with their remedies, wrapped and not cut, and then leaves their text out of the state', () => {
    scene(['AOT'], { rows: 24, columns: 60 }, false, (it) => {
      cut(it);
      const symptom = 'not connected: mqtt://broker.test closed the connection (RXQ_NETWORK)';
      const fixes = ['check host and port of --url', 'check that the network and its firewall let the connection out'];
      it.view.advise([{ key: 'a', code: 'RXP_NOT_CONNECTED', symptom, fixes }]);
      it.pass(250);
      expect(it.screen.text()).toMatchInlineSnapshot(`
        "Not connected. Next attempt in 1 s.  epoch 0  12:00:01
        mqtt://broker.test
        RXP_NOT_CONNECTED  not connected: mqtt://broker.test closed
                           the connection (RXQ_NETWORK)
          → check host and port of --url
          → check that the network and its firewall let the
            connection out
        0.0 msg/s  dropped 0  conflated 0  rejected 0  live 0
        suspect 1  stale 0
          SYMBOL        BID         ASK         AGE  STATE
        ○ AOT        (62.25)     (62.50)      1.5 s  SUSPECT
        ────────────────────────────────────────────────────────────
        12:00:00.000 connection live epoch=0
        12:00:01.000 GAP OPEN (link): from epoch 0 on, images of 3
                     topics may be missing"
      `);
      it.view.advise([]);
      it.pass(250);
      expect(it.screen.text()).not.toContain('RXP_NOT_CONNECTED');
    });
  });

  it('gives problems at most half of the rows, and shows how many lines have no room', () => {
    scene(['AOT'], { rows: 10, columns: 60 }, false, (it) => {
      quiet(it);
      const fixes = Array.from({ length: 9 }, (_, index) => `remedy ${String(index)}`);
      it.view.advise([{ key: 'a', symptom: 'many remedies', fixes }]);
      it.pass(250);
      expect(it.screen.text()).toMatch(
        /many remedies\n.*remedy 0\n.*remedy 1\n.*remedy 2\n {2}… 6 more lines for want/,
      );
      expect(it.screen.text()).toContain('● AOT');
    });
  });

  it('wraps long events, so that nothing of them is cut', () => {
    scene(['AOT'], { rows: 12, columns: 60 }, false, (it) => {
      it.view.logger.warn({}, `${'word '.repeat(12)}end`);
      it.pass(250);
      expect(it.screen.text()).toMatch(/12:00:00\.000 (word ){8}word\n {13}word word word end$/);
    });
  });

  it('shows the newest event in full where a long one before it has no room', () => {
    scene(['AOT'], { rows: 8, columns: 60 }, false, (it) => {
      it.state(live(0, 0));
      it.view.logger.warn({}, `first ${'word '.repeat(40)}`);
      it.view.logger.warn({}, 'newest');
      it.pass(250);
      expect(it.screen.text()).toMatch(/00 first [^\n]*\n {13}word [^\n]*\n12:00:00\.000 newest$/);
    });
  });

  it('shows warnings of the start as events, since stderr is behind the table', () => {
    scene(
      ['AOT'],
      usual,
      false,
      (it) => {
        it.pass(250);
        expect(it.screen.text()).toContain('12:00:00.000 the credentials go to');
      },
      ['the credentials go to mqtt://broker.test unencrypted'],
    );
  });

  it('dims prices that are not live, and nothing else, on a terminal with colours', () => {
    scene(three, usual, true, (it) => {
      cut(it);
      it.say(image('AOT', 1200, { epoch: 1 }));
      it.pass(250);
      const [, , , , aot, ptt, sj] = it.screen.dim().split('\n');
      expect(aot).toBe('');
      expect(ptt).toContain('(62.50)');
      expect(sj).toContain('AWAITING');
    });
  });

  it('shows a price as stale with its age, and as live after its next image', () => {
    scene(['AOT'], usual, false, (it) => {
      quiet(it);
      it.pass(60_000);
      it.say(image('AOT', 0, { state: 'stale', change: 'state' }));
      it.pass(250);
      expect(it.screen.text()).toMatch(/live 0 {2}suspect 0 {2}stale 1/);
      expect(it.screen.text()).toMatch(/^○ AOT .*\(62\.25\) .*\(62\.50\) .* 61\.3 s {2}STALE {7}open /m);
      it.say(image('AOT', 61_250));
      it.pass(250);
      expect(it.screen.text()).toMatch(/^● AOT .* 62\.25 .* 62\.50 .* 0\.3 s {2}live {8}open /m);
    });
  });

  it('shows for an image of unknown age that it is at least as old as the time since its arrival', () => {
    scene(['AOT'], usual, false, (it) => {
      it.say(image('AOT', 0, { state: 'awaiting', replayed: 'retained' }));
      it.pass(500);
      expect(it.screen.text()).toMatch(/\(62\.25\) .* ≥ 0\.5 s {2}AWAITING/);
    });
  });

  it('shows how many symbols are hidden for lack of room, and which of them are not live', () => {
    const symbols = Array.from({ length: 20 }, (_, index) => `SYM${String(index)}`);
    scene(symbols, { rows: 9, columns: 100 }, false, (it) => {
      it.state(live(0, 0));
      for (const symbol of symbols) it.say(image(symbol, 0, symbol === 'SYM18' ? { state: 'stale' } : {}));
      it.pass(250);
      expect(it.screen.text()).toMatchInlineSnapshot(`
        "Live.  epoch 0  12:00:00  mqtt://broker.test
        0.0 msg/s  dropped 0  conflated 0  rejected 0  live 19  suspect 0  stale 1
          SYMBOL      BID VOL        BID         ASK       ASK VOL        AGE  STATE       MARKET   EPOCH
        ● SYM0         12,000      62.25       62.50           300      0.3 s  live        open         0
        ● SYM1         12,000      62.25       62.50           300      0.3 s  live        open         0
        ● SYM2         12,000      62.25       62.50           300      0.3 s  live        open         0
        ● SYM3         12,000      62.25       62.50           300      0.3 s  live        open         0
        ● SYM4         12,000      62.25       62.50           300      0.3 s  live        open         0
          … 15 more symbols hidden for want of rows, 1 not live: SYM18 STALE"
      `);
    });
  });

  it('adapts at once to a new size: fewer columns, fewer rows, and back', () => {
    scene(three, usual, false, (it) => {
      quiet(it);
      const before = it.screen.text();
      it.screen.resize({ rows: 5, columns: 48 });
      expect(it.screen.text()).toMatchInlineSnapshot(`
        "Live.  epoch 0  12:00:01  mqtt://broker.test
        0.0 msg/s  dropped 0  conflated 0  rejected 0  …
          SYMBOL        BID         ASK   STATE
        ● AOT         62.25       62.50   live
          … 2 more symbols hidden for want of rows, 1 n…"
      `);
      it.screen.resize(usual);
      expect(it.screen.text()).toBe(before);
    });
  });

  it.each([
    [1, 1],
    [2, 7],
    [3, 20],
    [4, 44],
    [24, 80],
    [60, 300],
  ])('never writes beyond %d rows and %d columns', (rows, columns) => {
    scene([...three, 'A'.repeat(64), 'กำไร', '漢字'], { rows, columns }, true, (it) => {
      cut(it);
      const symptom = `a long reason with a ${'w'.repeat(90)}`;
      it.view.advise([{ key: 'a', code: 'RXP_DNS', symptom, fixes: ['a remedy', '漢字'.repeat(50)] }]);
      it.pass(250);
      expect(it.screen.isOverfull()).toBe(false);
    });
  });

  it('draws at most four times a second, and nothing without a change', () => {
    scene(['AOT'], usual, false, (it) => {
      it.state(live(0, 0));
      for (let turn = 0; turn < 500; turn += 1) {
        it.say(image('AOT', turn * 2, { bid: 60 + turn }));
        it.pass(2);
      }
      expect(it.screen.writes()).toBe(4);
      it.state({ status: 'closed', epoch: 0, since: noon });
    });
    scene(['AOT'], usual, false, (it) => {
      it.pass(900);
      expect(it.screen.writes()).toBe(1);
    });
  });

  it('prints no control characters from a broker', () => {
    scene(['A\u001b[2JB'], usual, false, (it) => {
      it.view.logger.warn({}, 'broker says \u001b]0;owned\u0007\n\u202eback');
      it.pass(250);
      expect(it.screen.text()).toContain('A\ufffd[2JB');
      expect(it.screen.text()).toContain('broker says \ufffd]0;owned\ufffd\ufffd\ufffdback');
    });
  });

  it('restores the screen at the end, and prints the last events and the counts below the earlier output', () => {
    scene(three, usual, false, (it) => {
      cut(it);
      expect(it.screen.isEntered()).toBe(true);
      it.end();
      expect(it.screen.isEntered()).toBe(false);
      const stats = fakeFeed({ quotes: new Subject() }).stats();
      it.view.conclude({ ...stats, conserved: true });
      expect(it.printed()).toMatch(/connection live epoch=0\n.*GAP OPEN \(link\).*\n\nCounts of all messages:\n/);
      expect(it.printed()).toMatch(/ {2}conserved {4}true\n$/);
    });
  });
});
