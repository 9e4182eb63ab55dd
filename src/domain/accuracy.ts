import type { ModelCapabilities } from './connection.ts';

/** What one answer taught: our figures for a request, and what the service billed for it. */
export interface AccuracySample {
  readonly at: number;
  readonly estimatedTextTokens: number;
  /** By the published rule, uncorrected; 0 where no rule is published. */
  readonly estimatedPictureTokens: number;
  readonly pictures: number;
  readonly billedInputTokens: number;
}

/** The newest samples of one deployment, oldest first. */
export interface Accuracy {
  readonly samples: readonly AccuracySample[];
}

/** The largest deviation of our figure from the bill among the samples, as a ratio: 0.02 is 2 %. Null: no sample. */
export function deviation({ samples }: Accuracy): number | null {
  if (samples.length === 0) return null;
  return Math.max(
    ...samples.map(({ estimatedTextTokens, estimatedPictureTokens, billedInputTokens }) =>
      billedInputTokens === 0
        ? 0
        : Math.abs(estimatedTextTokens + estimatedPictureTokens - billedInputTokens) / billedInputTokens,
    ),
  );
}

/**
 * How a picture's tokens by the published rule become what this deployment bills, or null: the rule is Azure's own,
 * or nothing was learned. Where the rule is OpenAI's alone the median ratio of the bills counts; where there is none,
 * the median of what a picture cost.
 */
export function corrected(
  { imageTokens, imageTokensBy }: ModelCapabilities,
  accuracy: Accuracy | null,
  pictures: readonly unknown[],
): ((tokens: number) => number) | null {
  if (imageTokensBy === 'azure' || pictures.length === 0 || !accuracy) return null;
  const withPictures = accuracy.samples.filter((sample) => sample.pictures > 0);
  if (imageTokens === null) {
    const each = median(withPictures.map((sample) => billedForPictures(sample) / sample.pictures));
    return each === null ? null : () => Math.round(each);
  }
  const ratio = median(
    withPictures
      .filter((sample) => sample.estimatedPictureTokens > 0)
      .map((sample) => billedForPictures(sample) / sample.estimatedPictureTokens),
  );
  // Within a rounding step the published rule holds, and nothing needs to be said about it.
  if (ratio === null || Math.abs(ratio - 1) < 0.005) return null;
  return (tokens) => Math.round(tokens * ratio);
}

function billedForPictures({ billedInputTokens, estimatedTextTokens }: AccuracySample): number {
  return Math.max(0, billedInputTokens - estimatedTextTokens);
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
