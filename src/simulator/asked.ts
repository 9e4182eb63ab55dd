import type { CatalogModel } from '#catalog';
import type { ModelCapabilities } from '#domain/connection.ts';
import type { Detail } from '#domain/image-tokens.ts';
import type { Scenario } from './scenarios.ts';
import type { PictureHeader } from './picture-size.ts';
import type { AskedEnhancements } from './asked-enhancements.ts';
import type { ShelvedVideo } from './video-search.ts';

/** One call to a deployment, before its body is judged. */
export interface Call {
  readonly request: Request;
  readonly api: Api;
  readonly scenario: Scenario;
  readonly model: CatalogModel;
  readonly capabilities: ModelCapabilities;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Api =
  { readonly family: 'v1' } | { readonly family: 'classic' | 'extensions'; readonly apiVersion: string };

/** A request that passed every check. */
export interface Asked {
  readonly messages: readonly AskedMessage[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly format: AnswerFormat;
  readonly reasoningEffort: string | null;
  /** Null: none is switched on. */
  readonly enhancements: AskedEnhancements | null;
  /** The one of an index that is asked about. */
  readonly video: ShelvedVideo | null;
}

export type AnswerFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | { readonly kind: 'schema'; readonly schema: unknown };

export interface AskedMessage {
  readonly role: string;
  readonly name: string | null;
  readonly parts: readonly AskedPart[];
}

export type AskedPart =
  | { readonly kind: 'text'; readonly text: string }
  | AskedPicture
  | { readonly kind: 'picture-url'; readonly url: string; readonly detail: Detail }
  | { readonly kind: 'video'; readonly documentId: string };

export type AskedPicturePart = Extract<AskedPart, { kind: 'picture' | 'picture-url' }>;

export interface AskedPicture extends PictureHeader {
  readonly kind: 'picture';
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly detail: Detail;
}

export function isPicturePart(part: AskedPart): part is AskedPicturePart {
  return part.kind === 'picture' || part.kind === 'picture-url';
}

/** Text of a message, its parts one after the other. */
export function textOf(message: AskedMessage): string {
  return message.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
}

/** Whether the API is as new as a dated version; v1 has everything. */
export function isFrom(api: Api, date: string): boolean {
  return api.family === 'v1' || api.apiVersion >= date;
}
