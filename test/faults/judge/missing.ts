import { byTopic, type Records, type Sent } from './record.js';

/**
 * Images that were sent and never emitted. One that was read, and whose place a newer one of its topic took, is not
 * missing: an image is a full picture.
 */
export function missing({ sent, said, read }: Records): readonly Sent[] {
  const reported = byTopic(said);
  const handed = byTopic(read);
  return [...byTopic(sent)].flatMap(([topic, images]) => {
    const emitted = new Set(reported.get(topic)?.map(({ number }) => number));
    const newest = Math.max(...emitted);
    const decoded = new Set(handed.get(topic)?.map(({ number }) => number));
    return images.filter(({ number }) => !emitted.has(number) && !(decoded.has(number) && number < newest));
  });
}
