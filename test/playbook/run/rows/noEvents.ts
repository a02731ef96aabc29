import { decodeBidOfferV3, settradeTopics } from '../../../../src/settrade/index.js';
import { startSimulatedVenue } from '../../../../src/testing/index.js';
import {
  alwaysOpen,
  type Calendar,
  type JsonQuote,
  jsonQuote,
  mqttVenue,
  type MqttVenueConfig,
  quoteFeed,
} from '../../../../src/index.js';
import { type QuoteBroker, startQuoteBroker } from '../quoteBroker.js';
import type { Far, RealRow } from '../realRow.js';

const quoteBroker = (): Promise<QuoteBroker> => startQuoteBroker();

/** A broker that publishes quotes on other topics until the remedy is applied, if it is that of the fault. */
async function onOtherTopics(isFaulty: boolean, status: boolean): Promise<Far> {
  let isWrong = isFaulty;
  const broker = await startQuoteBroker({ topic: (symbol) => `${isWrong ? 'quotes' : 'px'}/${symbol}/book` });
  const timer = setInterval(() => {
    if (status) broker.send('market', 'open');
  }, 1_000);
  return {
    ...broker,
    cure: () => {
      isWrong = false;
    },
    stop: async () => {
      clearInterval(timer);
      await broker.stop();
    },
  };
}

const nothing = { symbol: '', bid: NaN, ask: NaN, bidVolume: NaN, askVolume: NaN } as const;

/** The topics of quotes and of the market's status, any message of which says that the market is open. */
const withStatus: Partial<MqttVenueConfig<JsonQuote>> = {
  topics: { quote: 'px/{symbol}/book', market: 'market' },
  decode: { quote: jsonQuote({ bid: 'b', ask: 'a' }), market: () => nothing },
  market: (event) => (event === nothing ? { market: 'open' } : undefined),
};

/** A calendar that does not know the hours. */
const unknown: Calendar = { at: () => ({ market: 'unknown' }) };

/** Connections that are live, and bring nothing or nothing that can be read. */
export const noEventsRows: readonly RealRow[] = [
  {
    code: 'RXP_TOPICS_REFUSED',
    quick: true,
    within: 10_000,
    clears: 15_000,
    fix: 0,
    far: async (isFaulty) => ({
      ...(await startQuoteBroker({ refuse: (topic) => isFaulty && topic.includes('/NONE/') })),
      doctor: ['AOT', 'NONE'],
    }),
    near: (subject) => {
      const feed = subject.open({ linger: 0 });
      feed.quotes(['AOT']).subscribe();
      const misspelt = feed.quotes([subject.isFaulty ? 'NONE' : 'PTT']).subscribe();
      subject.onCure(() => {
        misspelt.unsubscribe();
      });
    },
  },
  {
    code: 'RXP_TOPICS_SILENT',
    within: 15_000,
    clears: 15_000,
    fix: 0,
    far: quoteBroker,
    unseen: 'a broker that is named by its URL is not known to send images on SUBSCRIBE',
    near: (subject) => {
      const feed = subject.open({ linger: 0 }, { onSubscribe: 'snapshot' });
      feed.quotes(['AOT']).subscribe();
      const misspelt = feed.quotes([subject.isFaulty ? 'NONE' : 'PTT']).subscribe();
      subject.onCure(() => {
        misspelt.unsubscribe();
      });
    },
  },
  {
    code: 'RXP_SYMBOL_SPELLING',
    within: 90_000,
    clears: 15_000,
    fix: 0,
    far: async (isFaulty) => ({ ...(await quoteBroker()), doctor: isFaulty ? ['AOT', 'ptt'] : ['AOT'] }),
    near: (subject) => {
      const feed = subject.open({ linger: 0 });
      feed.quotes(['AOT']).subscribe();
      const misspelt = feed.quotes([subject.isFaulty ? 'ptt' : 'PTT']).subscribe();
      subject.onCure(() => {
        misspelt.unsubscribe();
        feed.quotes(['PTT']).subscribe();
      });
    },
  },
  {
    code: 'RXP_NO_EVENTS',
    within: 90_000,
    clears: 15_000,
    fix: 1,
    far: (isFaulty) => onOtherTopics(isFaulty, false),
    near: (subject) => {
      subject.open().quotes(['AOT', 'PTT']).subscribe();
    },
  },
  {
    code: 'RXP_NO_QUOTES',
    within: 90_000,
    clears: 15_000,
    fix: 0,
    unseen: 'a broker that is named by its URL has no topic with a market’s status for it',
    far: (isFaulty) => onOtherTopics(isFaulty, true),
    near: (subject) => {
      subject.open({}, withStatus).quotes(['AOT', 'PTT']).subscribe();
    },
  },
  {
    code: 'RXP_FEED_SILENT',
    // The doctor came too late to see a message.
    doctorCode: 'RXP_NO_EVENTS',
    settle: 60_000,
    within: 60_000,
    clears: 15_000,
    fix: 1,
    far: async () => {
      const venue = await startSimulatedVenue({ symbols: 10, rate: 40 });
      return {
        place: { url: venue.tcpUrl },
        doctor: venue.symbols,
        fault: () => {
          venue.pause();
        },
        cure: () => {
          venue.resume();
        },
        stop: () => venue.stop(),
      };
    },
    near: (subject) => {
      const feed = quoteFeed({
        venue: mqttVenue({
          endpoint: subject.place().url,
          topics: settradeTopics,
          decode: decodeBidOfferV3,
          onSubscribe: 'nothing',
          calendar: alwaysOpen,
        }),
      });
      subject.watch(feed);
      feed.quotes().subscribe();
    },
  },
  {
    code: 'RXP_REJECTS',
    settle: 2_000,
    within: 10_000,
    clears: 90_000,
    fix: 2,
    far: async () => {
      const broker = await startQuoteBroker();
      let timer: NodeJS.Timeout | undefined;
      return {
        ...broker,
        fault: () => {
          timer = setInterval(() => {
            broker.send('px/PTT/book', 'closed for lunch');
          }, 500);
        },
        doctor: ['AOT', 'PTT'],
        cure: () => {
          clearInterval(timer);
        },
        stop: async () => {
          clearInterval(timer);
          await broker.stop();
        },
      };
    },
    near: (subject) => {
      subject.open().quotes(['AOT', 'PTT']).subscribe();
    },
  },
  {
    code: 'RXP_NO_MARKET',
    within: 90_000,
    clears: 15_000,
    fix: 1,
    unseen: 'a broker that is named by its URL has no topic with a market’s status for it',
    far: async (isFaulty) => {
      const broker = await startQuoteBroker();
      let isTelling = !isFaulty;
      const timer = setInterval(() => {
        if (isTelling) broker.send('market', 'open');
      }, 1_000);
      return {
        ...broker,
        cure: () => {
          isTelling = true;
        },
        stop: async () => {
          clearInterval(timer);
          await broker.stop();
        },
      };
    },
    near: (subject) => {
      subject
        .open({}, { ...withStatus, calendar: unknown })
        .quotes(['AOT'])
        .subscribe();
    },
  },
  {
    code: 'RXP_STALE_SPAN',
    quick: true,
    settle: 1_000,
    within: 15_000,
    clears: 15_000,
    fix: 0,
    watched: 8_000,
    far: async () => {
      const broker = await startQuoteBroker();
      let timer: NodeJS.Timeout | undefined;
      return {
        ...broker,
        fault: () => {
          broker.silence('PTT');
          timer = setInterval(() => {
            broker.send('px/PTT/book', '{"b":1,"a":2}');
          }, 4_000);
        },
        stop: async () => {
          clearInterval(timer);
          await broker.stop();
        },
      };
    },
    near: (subject) => {
      const feed = subject.open(subject.isFaulty ? { staleAfter: 1_500 } : {});
      feed.quotes(['AOT', 'PTT']).subscribe();
      subject.onCure(() => {
        feed.tune({ staleAfter: 'learned' });
      });
    },
  },
];
