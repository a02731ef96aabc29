/** How long a topic's gaps are at present, as it follows them: the square of the mean of their roots, which no long gap rules. */
export class GapScale {
  /** Gaps that speak for it. */
  weight = 0;
  private readonly memory: number;
  private root = 0;
  /** What it was when it was last doubted, and how many of the gaps that spoke for that do so no more. */
  private expected = 0;
  private withheld = 0;

  /** @param memory - most gaps that speak for it, older ones less and less */
  constructor(memory: number) {
    this.memory = memory;
  }

  /** @param root - of a gap, or the mean of the roots of so many */
  add(root: number, gaps: number = 1): void {
    this.weight = Math.min(this.memory, this.weight + gaps);
    this.root += ((root - this.root) * Math.min(gaps, this.weight)) / Math.max(1, this.weight);
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
    this.expected = this.root;
    this.withheld = Math.max(0, this.weight - weight);
    this.weight -= this.withheld;
  }

  /** The doubt went too far: so many gaps more speak for what it was. What came since may have made up for them. */
  believe(gaps: number): void {
    const back = Math.min(gaps, this.withheld, this.memory - this.weight);
    if (!(back > 0)) return;
    this.withheld -= back;
    this.weight += back;
    this.root += ((this.expected - this.root) * back) / this.weight;
  }
}
