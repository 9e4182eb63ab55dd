import type { Services } from './services.ts';

/** Most blob URLs held at once; the oldest are revoked, and made again when asked for. */
const mostUrls = 300;

type Rooms = Pick<Services, 'loadPictures'> & {
  readonly store: Pick<Services['store'], 'readAttachment' | 'readThumbnail'>;
};

/** A picture of another site, fetched because the person asked to see it. */
export type UrlPreview =
  | { readonly ok: true; readonly url: string; readonly widthPx: number; readonly heightPx: number }
  | {
      readonly ok: false;
      readonly reason: 'blocked' | 'http-error' | 'too-large' | 'timeout' | 'not-a-picture';
      readonly status?: number;
    };

/** Azure takes no larger picture, so a preview of one would promise too much. */
const previewLimitBytes = 20 * 1024 * 1024;

/** Blob URLs of stored pictures, made when a screen asks for them. */
export class Thumbnails {
  readonly #store: Rooms['store'];
  readonly #loadPictures: Rooms['loadPictures'];
  readonly #urls = new Map<string, Promise<string | null>>();

  constructor({ store, loadPictures }: Rooms) {
    this.#store = store;
    this.#loadPictures = loadPictures;
  }

  /** A small upright version; null where its bytes are lost. */
  readonly small = (attachmentId: string): Promise<string | null> =>
    this.#remember(`small/${attachmentId}`, () => this.#store.readThumbnail(attachmentId));

  /** One that was just made, before the store has it. */
  readonly keep = (attachmentId: string, thumbnail: Blob): void => {
    void this.#remember(`small/${attachmentId}`, () => Promise.resolve(thumbnail));
  };

  /** The picture as it was attached; null where its bytes are lost. */
  readonly full = (attachmentId: string): Promise<string | null> =>
    this.#remember(`full/${attachmentId}`, () => this.#store.readAttachment(attachmentId));

  /** Fetches without credentials, and only for this one look: nothing an answer says can set it off. */
  async preview(url: string): Promise<UrlPreview> {
    const pictures = await this.#loadPictures();
    const read = await pictures.fetchPreview(url, {
      fetch: (input, init) => fetch(input, init),
      maxBytes: previewLimitBytes,
    });
    if (!read.ok) {
      return {
        ok: false,
        reason: read.reason,
        ...(read.reason === 'http-error' ? { status: read.status } : {}),
      };
    }
    const { thumbnail, widthPx, heightPx } = read.picture;
    return { ok: true, url: URL.createObjectURL(thumbnail), widthPx, heightPx };
  }

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
