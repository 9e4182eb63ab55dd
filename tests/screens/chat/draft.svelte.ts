import type { AnyPicturePart, PicturePart } from '#domain/conversation.ts';
import type { Area } from '#domain/picture-plan.ts';
import type { AttachmentView, ComposerDraft, PictureSources } from '#screens/chat/chat-views.ts';

/** A draft in memory that writes down what the screen asks of it. */
export class DraftInMemory implements ComposerDraft {
  text = $state('');
  attachments = $state.raw<readonly AttachmentView[]>([]);
  editing = $state<string | null>(null);
  isReading = $state(false);
  skipsReading = $state(false);
  readonly asked: string[] = [];

  get isEmpty(): boolean {
    return this.text.trim() === '' && this.attachments.every(({ kind }) => kind !== 'picture');
  }
  setText(text: string): void {
    this.text = text;
  }
  addFiles(files: readonly File[]): void {
    this.asked.push(`files ${files.map((file) => file.name).join(', ')}`);
  }
  addUrl(url: string): void {
    this.asked.push(`url ${url}`);
  }
  addRegion(part: PicturePart, area: Area): void {
    this.attach(...this.attachments.flatMap((one) => (one.kind === 'picture' ? [one.part] : [])), {
      ...part,
      crop: area,
      detail: 'high',
    });
  }
  retry(key: string): void {
    this.asked.push(`retry ${key}`);
  }
  remove(key: string): void {
    this.attachments = this.attachments.filter((one) => one.key !== key);
  }
  move(key: string, to: number): void {
    const moved = this.attachments.find((one) => one.key === key)!;
    const others = this.attachments.filter((one) => one !== moved);
    this.attachments = [...others.slice(0, to), moved, ...others.slice(to)];
  }
  setDetail(key: string, detail: PicturePart['detail']): void {
    this.#change(key, (part) => ({ ...part, detail }));
  }
  setSize(key: string, size: PicturePart['size']): void {
    this.#change(key, (part) => (part.kind === 'picture' ? { ...part, size } : part));
  }
  setStripMetadata(key: string, stripMetadata: boolean): void {
    this.#change(key, (part) => (part.kind === 'picture' ? { ...part, stripMetadata } : part));
  }
  setUrlSize(url: string, widthPx: number, heightPx: number): void {
    this.asked.push(`size ${url} ${String(widthPx)} × ${String(heightPx)}`);
  }
  setSkipsReading(skips: boolean): void {
    this.skipsReading = skips;
  }
  cancelEditing(): void {
    this.editing = null;
  }
  attach(...parts: readonly AnyPicturePart[]): void {
    this.attachments = parts.map((part, at) => ({
      key: `k${String(at)}`,
      kind: 'picture',
      part,
      unsaved: null,
    }));
  }
  partOf(key: string): AnyPicturePart | null {
    const found = this.attachments.find((one) => one.key === key);
    return found?.kind === 'picture' ? found.part : null;
  }

  #change(key: string, change: (part: AnyPicturePart) => AnyPicturePart): void {
    this.attachments = this.attachments.map((one) =>
      one.key === key && one.kind === 'picture' ? { ...one, part: change(one.part) } : one,
    );
  }
}

/** No picture is kept, and no host allows a preview. */
export const noPictures: PictureSources = {
  thumbnail: () => Promise.resolve(null),
  full: () => Promise.resolve(null),
  part: () => Promise.resolve(null),
  preview: () => Promise.resolve({ ok: false, reason: 'blocked' }),
};
