/** Messages a second over the last few seconds, from samples of a counter. */
export class MessageRate {
  private readonly span: number;
  private samples: { readonly at: number; readonly count: number }[] = [];

  /** `span` in ms. */
  constructor(span: number) {
    this.span = span;
  }

  /** The rate at a time in ms, when the counter has the value `count`. */
  at(at: number, count: number): number {
    // The last sample before the span is kept, so that the rate covers the whole span.
    while ((this.samples[1]?.at ?? at) <= at - this.span) this.samples.shift();
    this.samples.push({ at, count });
    const [first = { at, count }] = this.samples;
    return at > first.at ? ((count - first.count) / (at - first.at)) * 1000 : 0;
  }
}
