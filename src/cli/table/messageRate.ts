/** Messages a second over the last few seconds, from a counter that is looked at now and then. */
export class MessageRate {
  private readonly span: number;
  private samples: { readonly at: number; readonly count: number }[] = [];

  /** `span` in ms. */
  constructor(span: number) {
    this.span = span;
  }

  /** The rate at a time in ms, the counter being there. */
  at(at: number, count: number): number {
    // The last one from before the span is kept: the rate is over the whole span.
    while ((this.samples[1]?.at ?? at) <= at - this.span) this.samples.shift();
    this.samples.push({ at, count });
    const [first = { at, count }] = this.samples;
    return at > first.at ? ((count - first.count) / (at - first.at)) * 1000 : 0;
  }
}
