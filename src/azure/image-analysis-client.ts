import { FailureError, type Failure, type FailureKind } from '#domain/failure.ts';
import {
  mergeAnalyses,
  type AnalysisFeature,
  type AnalysisLanguage,
  type PictureAnalysis,
} from '#domain/picture-analysis.ts';
import { readPictureAnalysis } from './image-analysis-answer.ts';
import { waitToRetry, type RetryDeps, type RetryWait } from './retry.ts';
import type { Credential } from './secrets.ts';
import { createTransport, readTextUpTo, type Outside, type Transport } from './transport.ts';
import { parseJson } from './wire.ts';

/** Image Analysis 4.0 (`imageanalysis:analyze`, 2024-02-01). */
export interface ImageAnalysisClient {
  /**
   * What was asked for of one picture, its places in shares of the picture's sides. That is one request, or two where
   * tags are wanted in another language than English; it costs the same, as each feature is billed for itself.
   * Refusals that another request may mend (408, 429, 5xx) are retried at most twice.
   * @throws FailureError; what the signal's owner aborted is thrown as it was.
   */
  analyse(picture: AnalysedPicture, options: AnalysisOptions): Promise<PictureAnalysis>;
}

export type AnalysedPicture =
  | { readonly kind: 'bytes'; readonly blob: Blob; readonly mimeType: string }
  | { readonly kind: 'url'; readonly url: string };

export interface AnalysisOptions {
  /** At least one. */
  readonly features: readonly AnalysisFeature[];
  readonly language: AnalysisLanguage;
  readonly signal: AbortSignal;
  readonly onWait?: (wait: RetryWait) => void;
  readonly canRetry?: () => boolean;
  /** These were answered, and are billed even when a second request fails. Awaited before that is sent. */
  readonly onAnswered?: (
    features: readonly AnalysisFeature[],
    analysis: PictureAnalysis,
  ) => void | Promise<void>;
}

export interface ImageAnalysisDeps extends Outside, RetryDeps {}

/** What the service takes (Learn, "Call the Image Analysis 4.0 API"). */
export const analysisLimits = {
  /** "Less than 20 MB". */
  maxBytes: 20 * 1024 * 1024,
  /** "Greater than 50 x 50 pixels". */
  minSidePx: 50,
  /** "Less than 16,000 x 16,000 pixels". */
  maxSidePx: 16_000,
} as const;

const apiVersion = '2024-02-01';
const maxBodyBytes = 16 * 1024 * 1024;
const wireNames = {
  text: 'read',
  objects: 'objects',
  people: 'people',
  tags: 'tags',
  caption: 'caption',
  'dense-captions': 'denseCaptions',
} as const satisfies Record<AnalysisFeature, string>;

/** The limit a picture breaks before anything is sent; null: none. */
export function refuseBeforeAnalysis(picture: {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Absent: not known yet. */
  readonly bytes?: number;
}): Failure | null {
  const { widthPx, heightPx, bytes = 0 } = picture;
  const { minSidePx, maxSidePx, maxBytes } = analysisLimits;
  const [shortest, longest] = [Math.min(widthPx, heightPx), Math.max(widthPx, heightPx)];
  if (shortest <= minSidePx)
    return { kind: 'vision-picture-too-small', actual: shortest, limit: minSidePx, detail: '' };
  if (longest >= maxSidePx)
    return {
      kind: 'vision-picture-too-large',
      actual: longest,
      limit: maxSidePx,
      param: 'pixels',
      detail: '',
    };
  return bytes >= maxBytes
    ? { kind: 'vision-picture-too-large', actual: bytes, limit: maxBytes, param: 'bytes', detail: '' }
    : null;
}

/** @param target `endpoint`: base of a Computer Vision or Azure AI services resource. */
export function createImageAnalysisClient(
  { endpoint }: { readonly endpoint: string },
  credential: Credential | null,
  deps: ImageAnalysisDeps,
): ImageAnalysisClient {
  return {
    async analyse(picture, options) {
      const transport = createTransport(endpoint, credential, deps, {
        keyHeader: 'ocp-apim-subscription-key',
      });
      let whole: PictureAnalysis | null = null;
      for (const { features, language } of toQueries(options)) {
        const url = toUrl(endpoint, features, language);
        const analysis = await sendUntilAnswered(transport, url, picture, options, deps);
        await options.onAnswered?.(features, analysis);
        whole = whole ? mergeAnalyses(whole, analysis, features) : analysis;
      }
      if (!whole) throw new FailureError({ kind: 'unexpected', detail: 'no features' });
      return whole;
    },
  };
}

async function sendUntilAnswered(
  transport: Transport,
  url: string,
  picture: AnalysedPicture,
  options: AnalysisOptions,
  deps: RetryDeps,
): Promise<PictureAnalysis> {
  const { signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await transport.send({ url, method: 'POST', body: toBody(picture), signal });
      const text = await readTextUpTo(response, maxBodyBytes, signal);
      const analysis = readPictureAnalysis(parseJson(text));
      if (analysis) return analysis;
      const failure = { kind: 'vision-refused', code: 'not-json', detail: text } as const;
      throw new FailureError(transport.masked({ ...failure, origin: transport.origin }));
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      const failure = toVisionFailure(thrown.failure);
      if (!(await waitToRetry(failure, attempt, options, deps))) throw new FailureError(failure);
    }
  }
}

type Query = Pick<AnalysisOptions, 'features' | 'language'>;

/**
 * Of all features only tags speak another language than English; the others ignore it or refuse it, and which does
 * which is not said (Learn, "Language support for Azure AI Vision", "Image captions (version 4.0)"). What is English
 * goes first: it is what a region may refuse, and then nothing has been paid for.
 */
function toQueries({ features, language }: Query): readonly Query[] {
  if (language === 'en') return [{ features, language }];
  const isTags = (feature: AnalysisFeature): boolean => feature === 'tags';
  const queries: readonly Query[] = [
    { features: features.filter((feature) => !isTags(feature)), language: 'en' },
    { features: features.filter(isTags), language },
  ];
  return queries.filter((query) => query.features.length > 0);
}

function toUrl(endpoint: string, features: readonly AnalysisFeature[], language: AnalysisLanguage): string {
  const query = new URLSearchParams({
    'api-version': apiVersion,
    features: features.map((feature) => wireNames[feature]).join(','),
    'model-version': 'latest',
    language,
  });
  return `${endpoint.replace(/\/+$/, '')}/computervision/imageanalysis:analyze?${query.toString()}`;
}

function toBody(picture: AnalysedPicture): Blob {
  if (picture.kind === 'url')
    return new Blob([JSON.stringify({ url: picture.url })], { type: 'application/json' });
  const { blob } = picture;
  // The same bytes under another type: nothing is copied.
  return blob.slice(0, blob.size, 'application/octet-stream');
}

/** What is wrong with a picture or a key, by the service's words (Learn, "Call the Image Analysis 4.0 API", error codes). */
function toVisionFailure(failure: Failure): Failure {
  const { status, detail, code } = failure;
  const kind = kindOf(failure.kind, status, `${code ?? ''} ${detail}`);
  return { ...failure, kind };
}

function kindOf(known: FailureKind, status: number | undefined, words: string): FailureKind {
  if (status === 401 && /not supported with the current subscription key|OpenAI\.S0/i.test(words))
    return 'vision-wrong-key';
  if (status === 413) return 'vision-picture-too-large';
  if (status !== 400 && status !== 415) return known;
  if (/not supported in this region/i.test(words)) return 'vision-region';
  if (/url is badly formatted|not accessible|failed to download|invalidimageurl/i.test(words))
    return 'picture-url-unreadable';
  // A text that names both limits ("smaller than 50 and larger than 16000") does not tell which was broken.
  if (/at least 50|too small/i.test(words)) return 'vision-picture-too-small';
  if (/too large|larger than \d+ bytes/i.test(words)) return 'vision-picture-too-large';
  if (/InvalidImageFormat|not a valid image|image format|unsupported image|corrupt/i.test(words))
    return 'picture-refused';
  return 'vision-refused';
}
