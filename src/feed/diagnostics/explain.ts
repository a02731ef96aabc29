import type { DataState } from '../../model/state.js';
import { FIRST_IMAGE_TIMEOUT } from '../../mqtt/retry/retryRules.js';
import type { TopicSubscription } from '../../mqtt/subscriptions/topicLedger.js';
import type { SilenceExplanation, StateReason, TopicExplanation } from './topicExplanation.js';
import type { Topic } from '../topics/topic.js';

const happened: Readonly<Record<StateReason['evidence'], string>> = {
  image: 'a live image came',
  aged: 'the last image may be old: retained, the first on subscribe, or read before a loss that was already reported',
  missed: 'messages were missed',
  quiet: 'no message came for longer than is usual for this topic, which is no fault',
  silent: 'no message came for too long',
  refused: 'the broker refused the subscription',
  granted: 'the broker granted the subscription',
  relayed: 'the relay gives this state',
};

const inTime = `within ${FIRST_IMAGE_TIMEOUT / 1_000} s`;
/** The answer or message that a topic without an event waits for, by the status of its subscription. */
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

/**
 * Text for a trusted topic in an open market whose own silence would not be reported. Only the silence of other topics
 * may show its death.
 */
function alone<E>({ state, market }: Topic<E>, silence: SilenceExplanation | undefined): string {
  if (silence?.undetectable !== true || market !== 'open' || (state !== 'live' && state !== 'quiet')) return '';
  return silence.thresholdMs === Infinity
    ? '; undetectable alone: the feed has learned too few of its gaps'
    : '; undetectable alone: silence for the rest of the session is not unusual for it';
}

/** Explains a topic: its state, the reason, and the outcomes of its last messages. */
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
