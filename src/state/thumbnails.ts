import type { Area } from '#domain/picture-plan.ts';
import type { Services } from './services.ts';
import type { UrlPreview, UrlPreviews } from './url-preview.ts';

export type { UrlPreview } from './url-preview.ts';

/** Most blob URLs held at once; the oldest are revoked, and made again when asked for. */
const mostUrls = 300;

type Rooms = Pick<Services, 'loadPictures'> & {
  readonly store: Pick<Services['store'], 'readAttachment' | 'readThumbnail'>;
};

/** Blob URLs of stored pictures, made when a screen asks for them. */
export class Thumbnails {
  readonly #store: Rooms['store'];
  readonly #loadPictures: Rooms['loadPictures'];
  readonly #urls = new Map<string, Promise<string | null>>();
  #previews: UrlPreviews | null = null;

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

  /** A small version of a part of it, upright; null where its bytes are lost. */
  readonly part = (attachmentId: string, mimeType: string, crop: Area): Promise<string | null> =>
    this.#remember(`part/${attachmentId}/${Object.values(crop).join()}`, async () => {
      const blob = await this.#store.readAttachment(attachmentId);
      return blob && (await this.#loadPictures()).cutThumbnail(blob, { mimeType, crop });
    });

  /** Fetches without credentials, and only for a look: nothing an answer says can set it off. */
  async preview(url: string): Promise<UrlPreview> {
    const { UrlPreviews } = await import('./url-preview.ts');
    this.#previews ??= new UrlPreviews(this.#loadPictures);
    return this.#previews.show(url);
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
