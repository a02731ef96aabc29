/** No topic alone makes it likelier than by so much, as a logarithm; a law that is none of those thought of must not. */
export const mostOdds: number = Math.log(1e5);

/** Steps in one of a logarithm. */
const fine = 64;

/** How much likelier what is seen of a topic is made by a part of all being dead, as logarithms. */
export class PartDead {
  /** … of one that was heard: it is none of them. */
  readonly heard: number;
  private readonly table: Float64Array;

  constructor(part: number) {
    this.heard = Math.log(1 - part);
    this.table = Float64Array.from({ length: Math.ceil(mostOdds * fine) + 1 }, (_, step) =>
      Math.log(1 - part + part * Math.exp(Math.min(mostOdds, (step + 0.5) / fine))),
    );
  }

  /** … of one that is silent, which is likelier by these odds, as a logarithm, if it is dead: asked millions of times a day. */
  silent(odds: number): number {
    return this.table[(odds * fine) | 0] ?? 0;
  }
}
