import { onDestroy } from 'svelte';
import type { Area } from '#domain/picture-plan.ts';
import { cutPicture } from '#ui/cut-picture.ts';

/**
 * Cuts parts out of stored pictures, pixel for pixel. Its URLs end with the component that asks for them; null where
 * the bytes are lost or the browser cannot draw them.
 */
export function createPictureCut(
  full: () => (attachmentId: string) => Promise<string | null>,
): (attachmentId: string, area: Area) => Promise<string | null> {
  const urls: Promise<string | null>[] = [];
  onDestroy(() => {
    for (const url of urls) void url.then((made) => made !== null && URL.revokeObjectURL(made));
  });
  return (attachmentId, area) => {
    const url = full()(attachmentId).then((whole) => (whole === null ? null : cutPicture(whole, area)));
    urls.push(url);
    return url;
  };
}
