/**
 * The keys by which waiting messages of a topic are conflated: one object for its images and one for its retained
 * copies, in each epoch. A retained copy may be older than a waiting image, so it must not replace that image. An image
 * must not replace one that an older connection read.
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
