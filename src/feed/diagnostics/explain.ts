import type { DataState } from '../../model/state.js';
import { FIRST_IMAGE_TIMEOUT } from '../../mqtt/retry/retryRules.js';
import type { TopicSubscription } from '../../mqtt/subscriptions/topicLedger.js';
import type { SilenceExplanation, StateReason, TopicExplanation } from './topicExplanation.js';
import type { Topic } from '../topics/topic.js';

const happened: Readonly<Record<StateReason['evidence'], string>> = {
  image: 'a live image came',
  aged: 'the last image may be old: retained, the first on subscribe, or read before a loss that was already reported',
  missed: 'something was missed',
  quiet: 'nothing came for longer than is usual for it, which is no fault',
  silent: 'nothing came for too long',
  refused: 'the broker refused the subscription',
  granted: 'the broker granted the subscription',
};

const inTime = `within ${FIRST_IMAGE_TIMEOUT / 1_000} s`;
/** The answer or message that an untouched topic waits for, by the status of its subscription. */
const awaited: Readonly<Record<TopicSubscription['status'], string>> = {
  wanted: 'an answer',
  sent: 'an answer',
  refused: 'an answer',
  granted: 'its first message',
  seen: 'its first message',
  'no-data': `its first message; it is granted, and the image that this venue sends on subscribing did not come ${inTime}`,
};

/** The text of the venue's notice, or else the broker's code. */
function answerOf({ message, code }: TopicSubscription = { status: 'refused' }): string | undefined {
  if (message !== undefined) return message === '' ? 'by a notice' : message;
  return code === undefined ? undefined : `code ${code}`;
}

function sentence(
  state: DataState,
  reason: StateReason | undefined,
  subscription: TopicSubscription | undefined,
): string {
  if (reason === undefined) {
    if (subscription === undefined) return `${state}: not subscribed on this connection`;
    const { status, through } = subscription;
    return `${state}: waiting for ${awaited[status]}${through === undefined ? '' : `, through the subscription to ${through}`}`;
  }
  const { evidence, at, epoch, detail } = reason;
  const when = `at ${new Date(at).toISOString()}${epoch === undefined ? '' : ` in epoch ${epoch}`}`;
  const more = detail ?? (evidence === 'refused' ? answerOf(subscription) : undefined);
  return `${state}: ${happened[evidence]}${more === undefined ? '' : `: ${more}`}, ${when}`;
}

/** Text for a trusted topic in an open market whose silence alone would not be noticed. Other topics' silence may show it. */
function alone<E>({ state, market }: Topic<E>, silence: SilenceExplanation | undefined): string {
  if (silence?.undetectable !== true || market !== 'open' || (state !== 'live' && state !== 'quiet')) return '';
  return silence.thresholdMs === Infinity
    ? '; undetectable alone: too little is known of its gaps'
    : '; undetectable alone: silence for the rest of the session would not be unusual for it';
}

/** Explains a topic: its state, the reason of it, and the outcomes of its last messages. */
export function explainTopic<E>(
  topic: Topic<E>,
  subscription: TopicSubscription | undefined,
  silence: SilenceExplanation | undefined,
): TopicExplanation {
  const { decoder, state, market, image, history } = topic;
  const { reason } = history;
  return {
    topic: topic.name,
    kind: decoder.kind,
    state,
    market,
    why: sentence(state, reason, subscription) + alone(topic, silence),
    ...(reason === undefined ? {} : { reason }),
    ...(subscription === undefined ? {} : { subscription }),
    ...(image === undefined ? {} : { receivedAt: image.receivedAt }),
    ...(silence === undefined ? {} : { silence }),
    messages: history.messages(),
  };
}
