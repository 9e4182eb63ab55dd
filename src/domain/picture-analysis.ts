import type { PixelSize } from './image-tokens.ts';
import type { Polygon } from './places.ts';

/** What Image Analysis is asked for; each is billed for itself. The names are ours; `azure/` has the wire's. */
export type AnalysisFeature = (typeof analysisFeatures)[number];

export const analysisFeatures = ['text', 'objects', 'people', 'tags', 'caption', 'dense-captions'] as const;

/** Languages of tags, objects and captions; text is read in whatever language it is in (api.md 5). */
export type AnalysisLanguage = (typeof analysisLanguages)[number];

export const analysisLanguages = ['en', 'es', 'ja', 'pt', 'zh'] as const;

/** What was found in one picture. All places are on the upright whole picture. */
export interface PictureAnalysis {
  /** Size of the picture that the service looked at; it may have been sent smaller than it is. */
  readonly analysedSize: PixelSize;
  readonly modelVersion: string;
  /** As the service orders them, block by block. */
  readonly lines: readonly FoundLine[];
  readonly objects: readonly FoundThing[];
  /** Their name is empty. */
  readonly people: readonly FoundThing[];
  readonly tags: readonly Tag[];
  readonly caption: Tag | null;
  /** Captions of parts; the first is that of the whole. */
  readonly denseCaptions: readonly FoundThing[];
}

export interface FoundLine {
  readonly text: string;
  readonly polygon: Polygon;
  readonly words: readonly FoundWord[];
}

export interface FoundWord {
  readonly text: string;
  readonly polygon: Polygon;
  /** 0 to 1. */
  readonly confidence: number;
}

export interface FoundThing {
  readonly name: string;
  readonly polygon: Polygon;
  /** 0 to 1. */
  readonly confidence: number;
}

export interface Tag {
  readonly name: string;
  readonly confidence: number;
}

export const emptyAnalysis: PictureAnalysis = {
  analysedSize: { widthPx: 1, heightPx: 1 },
  modelVersion: '',
  lines: [],
  objects: [],
  people: [],
  tags: [],
  caption: null,
  denseCaptions: [],
};

/** An analysis as it is kept, so that no picture is paid for twice. */
export interface KeptAnalysis {
  /** `analysisId`. */
  readonly id: string;
  /** SHA-256 of the picture's bytes, or its URL. */
  readonly picture: string;
  /** Every feature that was asked for; one that found nothing is among them. */
  readonly features: readonly AnalysisFeature[];
  readonly language: AnalysisLanguage;
  readonly analysis: PictureAnalysis;
  readonly simulated: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Address of an analysis: one picture (its SHA-256, or its URL), one language, real or simulated. Features grow. */
export function analysisId(picture: string, language: AnalysisLanguage, simulated: boolean): string {
  return `${picture}/${language}${simulated ? '/simulated' : ''}`;
}

/** Two analyses of one picture as one; what `newer` was asked for replaces what was known. */
export function mergeAnalyses(
  known: PictureAnalysis,
  newer: PictureAnalysis,
  features: readonly AnalysisFeature[],
): PictureAnalysis {
  const has = (feature: AnalysisFeature): boolean => features.includes(feature);
  return {
    analysedSize: newer.analysedSize,
    modelVersion: newer.modelVersion,
    lines: has('text') ? newer.lines : known.lines,
    objects: has('objects') ? newer.objects : known.objects,
    people: has('people') ? newer.people : known.people,
    tags: has('tags') ? newer.tags : known.tags,
    caption: has('caption') ? newer.caption : known.caption,
    denseCaptions: has('dense-captions') ? newer.denseCaptions : known.denseCaptions,
  };
}
