import type { Store } from '#store';

/** Most blob URLs held at once; the oldest are revoked, and made again when asked for. */
const mostUrls = 300;

/** Blob URLs of stored pictures, made when a screen asks for them. */
export class Thumbnails {
  readonly #store: Store;
  readonly #urls = new Map<string, Promise<string | null>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** A small upright version; null where its bytes are lost. */
  readonly small = (attachmentId: string): Promise<string | null> =>
    this.#remember(`small/${attachmentId}`, () => this.#store.readThumbnail(attachmentId));

  /** The picture as it was attached; null where its bytes are lost. */
  readonly full = (attachmentId: string): Promise<string | null> =>
    this.#remember(`full/${attachmentId}`, () => this.#store.readAttachment(attachmentId));

  #remember(key: string, read: () => Promise<Blob | null>): Promise<string | null> {
    const known = this.#urls.get(key);
    if (known) {
      this.#urls.delete(key);
      this.#urls.set(key, known);
      return known;
    }
    const url = read().then(
      (blob) => (blob ? URL.createObjectURL(blob) : null),
      () => null,
    );
    this.#urls.set(key, url);
    // A picture that is missing now may be there later: for example while it is being saved.
    void url.then((made) => made ?? this.#urls.delete(key));
    this.#dropOldest();
    return url;
  }

  #dropOldest(): void {
    for (const [key, url] of this.#urls) {
      if (this.#urls.size <= mostUrls) return;
      this.#urls.delete(key);
      void url.then((made) => made && URL.revokeObjectURL(made));
    }
  }
}
