import type { Orientation } from '#domain/places.ts';
import type { PixelSize } from '#domain/image-tokens.ts';
import type { Services } from './services.ts';

/** A picture of another site, fetched because the person asked to see it. */
export type UrlPreview =
  | {
      readonly ok: true;
      /** Blob URL of a small version. */
      readonly url: string;
      /** Blob URL of the picture itself, shown upright by the browser. */
      readonly fullUrl: string;
      /** Upright size. */
      readonly widthPx: number;
      readonly heightPx: number;
      /** Before it is turned upright: what a service looks at that knows nothing of EXIF. */
      readonly storedSize: PixelSize;
      readonly orientation: Orientation;
    }
  | {
      readonly ok: false;
      readonly reason: 'blocked' | 'http-error' | 'too-large' | 'timeout' | 'not-a-picture';
      readonly status?: number;
    };

/** Azure takes no larger picture, so a preview of one would promise too much. */
const previewLimitBytes = 20 * 1024 * 1024;

/** Each may be 20 MB: few are held at once; the oldest are revoked, and fetched again when asked for. */
const mostPreviews = 12;

/** Pictures of other sites that the person has looked at. */
export class UrlPreviews {
  readonly #loadPictures: Services['loadPictures'];
  readonly #shown = new Map<string, Promise<UrlPreview>>();

  constructor(loadPictures: Services['loadPictures']) {
    this.#loadPictures = loadPictures;
  }

  /** Fetches a picture once; what failed is tried anew the next time. */
  show(url: string): Promise<UrlPreview> {
    const shown = this.#shown.get(url) ?? fetchPreview(url, this.#loadPictures);
    this.#shown.delete(url);
    this.#shown.set(url, shown);
    const forget = (): void => {
      if (this.#shown.get(url) === shown) this.#shown.delete(url);
    };
    void shown.then((preview) => preview.ok || forget(), forget);
    this.#dropOldest();
    return shown;
  }

  #dropOldest(): void {
    for (const [url, shown] of this.#shown) {
      if (this.#shown.size <= mostPreviews) return;
      this.#shown.delete(url);
      void shown.then(revoke, () => undefined);
    }
  }
}

function revoke(preview: UrlPreview): void {
  if (!preview.ok) return;
  URL.revokeObjectURL(preview.url);
  URL.revokeObjectURL(preview.fullUrl);
}

async function fetchPreview(url: string, loadPictures: Services['loadPictures']): Promise<UrlPreview> {
  const pictures = await loadPictures();
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
  const { thumbnail, blob, widthPx, heightPx, orientation } = read.picture;
  return {
    ok: true,
    url: URL.createObjectURL(thumbnail),
    fullUrl: URL.createObjectURL(blob),
    widthPx,
    heightPx,
    storedSize: orientation > 4 ? { widthPx: heightPx, heightPx: widthPx } : { widthPx, heightPx },
    orientation,
  };
}
