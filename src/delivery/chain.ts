/**
 * The frames a connection waits to be written, as the end of a chain of links.
 *
 * Connections that were given the same frames in the same order stand at the same link, so the frames are put together once for all
 * of them, and handing one more frame to a connection costs one comparison.
 */
export class Link {
  #joined: Uint8Array | undefined;
  #next: Link | undefined;

  private constructor(
    readonly before: Link | undefined,
    readonly frame: Uint8Array,
    /** Bytes of all frames up to this one. */
    readonly length: number,
    /** Number of frames up to this one. */
    readonly count: number,
    /** Bytes of the largest of them. */
    readonly largest: number,
  ) {}

  /** A place to start from. One for all connections that are flushed together. */
  static start(): Link {
    return new Link(undefined, nothing, 0, 0, 0);
  }

  /** The link one frame further; the same one for everybody who goes on with the same frame. */
  with(frame: Uint8Array): Link {
    const next = this.#next;
    if (next !== undefined && next.frame === frame) return next;
    const { length } = frame;
    const largest = length > this.largest ? length : this.largest;
    const link = new Link(this, frame, this.length + length, this.count + 1, largest);
    this.#next = link;
    return link;
  }

  /** All frames up to this one in one buffer. */
  joined(): Uint8Array {
    if (this.count === 1) return this.frame;
    if (this.#joined === undefined) {
      const all = Buffer.allocUnsafe(this.length);
      let end = this.length;
      for (let link: Link | undefined = this; link !== undefined && link.count > 0; link = link.before) {
        end -= link.frame.length;
        all.set(link.frame, end);
      }
      this.#joined = all;
    }
    return this.#joined;
  }
}

const nothing = new Uint8Array(0);
