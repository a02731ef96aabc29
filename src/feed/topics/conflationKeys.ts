/**
 * What the waiting messages of a topic are conflated by: one object for its images and one for its retained copies, in each
 * epoch. The copy that a further subscription brings is older than the image that waits, and must not take its place; nor may
 * an image take the place of one that an older connection read.
 */
export class ConflationKeys {
  private epoch = -1;
  private image: object = {};
  private retained: object = {};

  of(epoch: number, isRetained: boolean): object {
    if (epoch !== this.epoch) {
      this.epoch = epoch;
      this.image = {};
      this.retained = {};
    }
    return isRetained ? this.retained : this.image;
  }
}
