/** How long a topic's gaps are at present, as it follows them: the square of the mean of their roots, which no long gap rules. */
export class GapScale {
  /** Gaps that speak for it. */
  weight = 0;
  private readonly memory: number;
  private root = 0;

  /** @param memory - most gaps that speak for it, older ones less and less */
  constructor(memory: number) {
    this.memory = memory;
  }

  /** @param root - of the gap */
  add(root: number): void {
    this.weight = Math.min(this.memory, this.weight + 1);
    this.root += (root - this.root) / Math.max(1, this.weight);
  }

  /** In ms of the market's time; 0 before the first gap. */
  get value(): number {
    return this.root * this.root;
  }

  /** It is expected to be so again. */
  expect(value: number): void {
    this.root = Math.sqrt(value);
  }

  /** What it was may not be what it will be: it speaks for no more than so many gaps. */
  doubt(weight: number): void {
    this.weight = Math.min(this.weight, weight);
  }
}
