import type { AnyPicturePart, AssistantMessage, Message, PicturePart } from '#domain/conversation.ts';
import { toEvidence, type Evidence, type Layer, type Region } from '#domain/evidence.ts';
import { FailureError } from '#domain/failure.ts';
import type { KeptAnalysis } from '#domain/picture-analysis.ts';
import { boundsOf } from '#domain/places.ts';
import type { Chat } from './chat.svelte.ts';
import type { EvidenceFile, FileWords } from './evidence-files.ts';
import type { Services } from './services.ts';

export type EvidenceFileKind = 'text' | 'json' | 'coco' | 'png' | 'report';

/** What is shown when it is taken away: the same goes into the file. */
export interface EvidenceChoice {
  readonly layers: readonly Layer[];
  readonly leastConfidence: number;
  readonly pictureId: string;
}

/** The evidence of one answer, and what of it the person points at. */
export class EvidenceView {
  readonly messageId: string;
  #analyses = $state.raw<ReadonlyMap<string, KeptAnalysis>>(new Map());
  #lit = $state.raw<ReadonlySet<string>>(new Set());
  #pinned = $state.raw<{ readonly regionId: string } | null>(null);
  readonly #chat: Chat;
  readonly #services: Services;
  readonly #place = $derived.by(() => placeOf(this.#chat.branch, this.messageId));
  readonly #evidence = $derived.by(() => {
    const analyses = new Map([...this.#analyses].map(([id, { analysis }]) => [id, analysis] as const));
    return this.#place && toEvidence(this.#place.message, this.#place.before, analyses);
  });

  constructor(chat: Chat, services: Services, messageId: string) {
    this.#chat = chat;
    this.#services = services;
    this.messageId = messageId;
  }

  /** Null: the answer is not on the branch in view any more. */
  get evidence(): Evidence | null {
    return this.#evidence;
  }

  /** Null as `evidence`. */
  get message(): AssistantMessage | null {
    return this.#place?.message ?? null;
  }

  /** A simulator looked at the pictures, or answered. */
  get simulated(): boolean {
    return (
      this.#place?.message.reply.simulated === true ||
      [...this.#analyses.values()].some(({ simulated }) => simulated)
    );
  }

  /** Ids of the regions under the pointer or the focus, here or in the answer. */
  get lit(): ReadonlySet<string> {
    return this.#lit;
  }

  /** The region that stays lit; another object each time it is asked for, so that it is brought into view again. */
  get pinned(): { readonly regionId: string } | null {
    return this.#pinned;
  }

  /** Reads what was found beyond the numbered lines; what is lost is not shown, the rest is. */
  async load(): Promise<void> {
    const ids = (this.#place?.before ?? []).flatMap((message) =>
      message.role === 'user' && message.findings
        ? message.findings.pictures.map(({ analysisId }) => analysisId)
        : [],
    );
    if (ids.length > 0) this.#analyses = await this.#services.store.readAnalyses(ids);
  }

  light(regionIds: readonly string[]): void {
    const isSame = regionIds.length === this.#lit.size && regionIds.every((id) => this.#lit.has(id));
    if (!isSame) this.#lit = new Set(regionIds);
  }

  pin(regionId: string | null): void {
    this.#pinned = regionId === null ? null : { regionId };
  }

  /** Puts a region of a picture into the composer, as a part to ask about. */
  ask(pictureId: string, region: Region): void {
    const part = this.pictureOf(pictureId);
    if (part) this.#chat.draft.addRegion(part, withMargin(boundsOf(region.polygon)));
  }

  /** The picture itself, where its bytes are here. */
  pictureOf(pictureId: string): PicturePart | null {
    const part = this.#evidence?.pictures.find(({ id }) => id === pictureId)?.part;
    return part?.kind === 'picture' ? part : null;
  }

  /** Makes a file of what is shown; the text is for the clipboard. Rejects with a FailureError. */
  async toFile(kind: EvidenceFileKind, choice: EvidenceChoice, words: FileWords): Promise<EvidenceFile> {
    const files = await import('./evidence-files.ts');
    const place = this.#place;
    const evidence = this.#evidence;
    if (!place || !evidence) throw new FailureError({ kind: 'unexpected', detail: 'not in view' });
    const subject = {
      ...place,
      evidence: chosen(evidence, choice),
      pictureId: choice.pictureId,
      names: new Map(evidence.pictures.map(({ id, part }) => [id, nameOf(part, words)] as const)),
      title: this.#chat.conversation?.title ?? '',
      simulated: this.simulated,
      now: this.#services.clock.now(),
    };
    switch (kind) {
      case 'text':
        // What was read is all of it, whatever is shown of it.
        return files.toText({ ...subject, evidence });
      case 'json':
        return files.toJsonFile(subject);
      case 'coco':
        return files.toCocoFile(subject);
      case 'png':
        return files.toAnnotated(subject, words, this.#services);
      case 'report':
        return files.toReport(subject, words, this.#services);
    }
  }
}

/** What the person has chosen to see; what is cited always goes along. */
function chosen(evidence: Evidence, { layers, leastConfidence }: EvidenceChoice): Evidence {
  const cited = new Set(evidence.marks.flatMap(({ regionIds }) => regionIds));
  const isShown = ({ id, layer, confidence }: Region): boolean =>
    cited.has(id) || (layers.includes(layer) && (confidence === null || confidence >= leastConfidence));
  return {
    ...evidence,
    pictures: evidence.pictures.map((picture) => ({ ...picture, regions: picture.regions.filter(isShown) })),
  };
}

function nameOf(part: AnyPicturePart, { unnamed }: FileWords): string {
  const name = part.kind === 'picture' ? part.name : part.url;
  return name === '' ? unnamed : name;
}

/** An answer and the messages before it, on the branch in view. */
function placeOf(
  branch: readonly Message[],
  messageId: string,
): { readonly message: AssistantMessage; readonly before: readonly Message[] } | null {
  const at = branch.findIndex(({ id }) => id === messageId);
  const message = branch[at];
  return message?.role === 'assistant' ? { message, before: branch.slice(0, at) } : null;
}

/** A word cut out at its very edge is hard to read. */
const margin = 0.01;
/** Less shows nothing of what is around. */
const leastSide = 0.04;

function withMargin({ left, top, width, height }: ReturnType<typeof boundsOf>) {
  const grownX = Math.max(margin, (leastSide - width) / 2);
  const grownY = Math.max(margin, (leastSide - height) / 2);
  const from = { left: Math.max(0, left - grownX), top: Math.max(0, top - grownY) };
  const share = (value: number): number => Math.round(value * 10_000) / 10_000;
  return {
    left: share(from.left),
    top: share(from.top),
    width: share(Math.min(1, left + width + grownX) - from.left),
    height: share(Math.min(1, top + height + grownY) - from.top),
  };
}
