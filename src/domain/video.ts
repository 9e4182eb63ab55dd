/** A video of the library: in the person's container, and perhaps in an index of video retrieval. */
export interface Video {
  readonly id: string;
  readonly connectionId: string;
  readonly name: string;
  /** Where it lies, without its SAS; null: it was never uploaded whole. */
  readonly blobUrl: string | null;
  /** Null: it was added by its address, and nobody said. */
  readonly bytes: number | null;
  readonly durationSeconds: number | null;
  /** Of the file that was picked: its size and its hash in samples; tells whether the same one is picked again. */
  readonly fingerprint: string | null;
  readonly upload: Upload | null;
  readonly indexName: string | null;
  readonly documentId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly ingestion: IngestionOfVideo | null;
  readonly simulated: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly rev: number;
}

/** An upload that is not whole yet. Which blocks are there is known to the service alone. */
export interface Upload {
  readonly blobName: string;
}

export interface IngestionOfVideo {
  readonly name: string;
  /** A document is taken out of an index by an ingestion, too (api.md 4.1). */
  readonly mode: 'add' | 'remove';
  readonly state: IngestionState;
  /** What the service says of this file. */
  readonly problem: { readonly code: string; readonly message: string } | null;
  readonly startedAt: number;
}

export type IngestionState =
  'not-started' | 'running' | 'completed' | 'failed' | 'partially-succeeded' | 'unknown';

/** The documents write them one way and the service another: they are compared without case (api.md 4.1). */
export function toIngestionState(word: string): IngestionState {
  switch (word.toLowerCase()) {
    case 'notstarted':
      return 'not-started';
    case 'running':
      return 'running';
    case 'completed':
      return 'completed';
    case 'failed':
      return 'failed';
    case 'partiallysucceeded':
      return 'partially-succeeded';
    default:
      return 'unknown';
  }
}

export function isOver(state: IngestionState): boolean {
  return state === 'completed' || state === 'failed' || state === 'partially-succeeded';
}

export interface VideoIndex {
  readonly name: string;
  readonly features: readonly IndexFeature[];
  readonly fields: readonly MetadataField[];
  readonly createdAt: string | null;
}

export interface IndexFeature {
  readonly name: 'vision' | 'speech';
  /** `surveillance` suits cameras that do not move; speech has one only. */
  readonly domain: 'generic' | 'surveillance';
}

export interface MetadataField {
  readonly name: string;
  readonly searchable: boolean;
  readonly filterable: boolean;
  readonly type: 'string' | 'datetime';
}

export type IndexNameProblem = 'empty' | 'too-long' | 'characters' | 'start' | 'hyphens' | 'upper-case';

/** "At most 24 characters, or a GUID of 36" (Learn); no spaces, begins with a letter or digit, no lone hyphens. */
export function indexNameProblem(name: string): IndexNameProblem | null {
  if (name === '') return 'empty';
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)) return null;
  if (/[A-Z]/.test(name)) return 'upper-case';
  if (!/^[a-z0-9-]+$/.test(name)) return 'characters';
  if (!/^[a-z0-9]/.test(name)) return 'start';
  if (/--|-$/.test(name)) return 'hyphens';
  return name.length > 24 ? 'too-long' : null;
}

/** A place in a video that a search found. */
export interface VideoHit {
  readonly documentId: string;
  readonly kind: 'frame' | 'speech';
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly bestSeconds: number;
  /** 0 to 1. */
  readonly relevance: number;
}
