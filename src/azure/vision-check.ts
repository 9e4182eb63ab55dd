import { FailureError } from '#domain/failure.ts';
import { createImageAnalysisClient } from './image-analysis-client.ts';
import type { CheckLine } from './connection-verdict.ts';
import type { Credential } from './secrets.ts';
import type { Outside } from './transport.ts';

export interface VisionCheck {
  readonly line: CheckLine;
  /** The picture was looked at, and is billed as one transaction for its tags. */
  readonly isBilled: boolean;
}

/**
 * Whether the Computer Vision resource of a connection answers: a tiny picture is asked about, once.
 * @throws the signal's reason on abort, nothing else.
 */
export async function checkVision(
  endpoint: string,
  credential: Credential | null,
  options: Outside & { readonly signal: AbortSignal },
): Promise<VisionCheck> {
  try {
    const client = createImageAnalysisClient({ endpoint }, credential, options);
    const picture = { kind: 'bytes', blob: testPicture(), mimeType: 'image/png' } as const;
    const { signal } = options;
    // A check reports what it meets, and at once.
    await client.analyse(picture, { features: ['tags'], language: 'en', signal, canRetry: () => false });
    return { line: { id: 'vision', state: 'passed' }, isBilled: true };
  } catch (thrown) {
    options.signal.throwIfAborted();
    if (!(thrown instanceof FailureError)) throw thrown;
    return { line: { id: 'vision', state: 'failed', failure: thrown.failure }, isBilled: false };
  }
}

/** 64 x 64 pixels, white with a black square: the service looks at nothing smaller than 51 x 51. */
function testPicture(): Blob {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: 'image/png' });
}

const base64 =
  'iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQAAAACCEkxzAAAAGUlEQVR42mP4DwUMQ4rxgYGBfzgyhlxcAABPx7ZYYkgd7gAAAABJRU5ErkJggg==';
