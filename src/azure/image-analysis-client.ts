import { FailureError, type Failure, type FailureKind } from '#domain/failure.ts';
import type { AnalysisFeature, AnalysisLanguage, PictureAnalysis } from '#domain/picture-analysis.ts';
import { readPictureAnalysis } from './image-analysis-answer.ts';
import { waitToRetry, type RetryDeps, type RetryWait } from './retry.ts';
import type { Credential } from './secrets.ts';
import { createTransport, readTextUpTo, type Outside } from './transport.ts';
import { parseJson } from './wire.ts';

/** Image Analysis 4.0 (`imageanalysis:analyze`, 2024-02-01). */
export interface ImageAnalysisClient {
  /**
   * What was asked for of one picture, its places in shares of the picture's sides. Refusals that another request may
   * mend (408, 429, 5xx) are retried at most twice.
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
  readonly bytes: number;
}): Failure | null {
  const { widthPx, heightPx, bytes } = picture;
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
      for (let attempt = 1; ; attempt += 1) {
        try {
          const response = await transport.send({
            url: toUrl(endpoint, options),
            method: 'POST',
            body: toBody(picture),
            signal: options.signal,
          });
          const text = await readTextUpTo(response, maxBodyBytes, options.signal);
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
    },
  };
}

/** Captions are written in English only; a language that a feature does not speak is refused. */
function toUrl(endpoint: string, { features, language }: AnalysisOptions): string {
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

/** The service has words of its own for what is wrong with a picture or a key (api.md 5, errors.json). */
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
  if (/at least 50|too small/i.test(words)) return 'vision-picture-too-small';
  if (/16,?000|too large|InvalidImageSize|must be less than/i.test(words)) return 'vision-picture-too-large';
  if (/InvalidImageFormat|not a valid image|image format|unsupported image|corrupt/i.test(words))
    return 'picture-refused';
  return 'vision-refused';
}
