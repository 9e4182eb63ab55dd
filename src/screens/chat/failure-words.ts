import type { Failure, FailureKind } from '#domain/failure.ts';
import { m } from '#language';

/** A failure in the language in use. */
export interface FailureWords {
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  /** Where the reason cannot be told apart: what it may be, likeliest first. */
  readonly causes: readonly string[];
}

type Words = Record<'title' | 'why' | 'remedy', string | ((failure: Failure) => string)>;

/** What happened, why as far as known, and what to do. */
export function wordsFor(failure: Failure): FailureWords {
  const { kinds, whileReading, reading, unreachableCauses } = m().failures;
  const isReading = failure.stage === 'reading';
  const own: Words | undefined = isReading
    ? (whileReading as Partial<Record<FailureKind, Words>>)[failure.kind]
    : undefined;
  // Stored by a newer version of the app, a failure may be of a kind that this one does not know.
  const { title, why, remedy } = own ?? kinds[failure.kind] ?? kinds.unexpected;
  const say = (words: string | ((failure: Failure) => string)): string =>
    typeof words === 'function' ? words(failure) : words;
  const saysItself = own !== undefined || failure.kind.startsWith('vision-');
  return {
    title: isReading && !saysItself ? reading(say(title)) : say(title),
    why: say(why),
    remedy: say(remedy),
    causes: failure.kind === 'unreachable' ? Object.values(unreachableCauses) : [],
  };
}

/** The technical facts, one a line, for folding out and copying. Secrets are never part of a failure. */
export function factsOf(failure: Failure): string {
  const words = m().conversation.failure;
  const facts: readonly (readonly [string, string | number | undefined])[] = [
    [words.kind, failure.kind],
    [words.status, failure.status],
    [words.code, failure.code],
    [words.parameter, failure.param],
    [words.origin, failure.origin],
    [words.message, failure.detail === '' ? undefined : failure.detail],
  ];
  return facts
    .filter(([, fact]) => fact !== undefined)
    .map(([name, fact]) => `${name}: ${String(fact)}`)
    .join('\n');
}

/** What one click can do about a failure; null where only the person can. */
export type Remedy = 'retry' | 'settings' | 'edit' | 'keep-newest' | 'reload' | null;

export function remedyFor({ kind }: Failure): Remedy {
  switch (kind) {
    case 'unreachable':
    case 'redirected':
    case 'credentials-refused':
    case 'token-expired':
    case 'key-authentication-disabled':
    case 'network-rules':
    case 'forbidden':
    case 'deployment-not-found':
    case 'resource-not-found':
    case 'model-retired':
    case 'too-many-headers':
    case 'parameter-refused':
    case 'bad-request':
    case 'not-a-chat-answer':
    case 'connection-incomplete':
    case 'enhancements-not-here':
    case 'vision-missing':
    case 'vision-wrong-key':
    case 'blob-not-found':
    case 'sas-expired':
    case 'sas-lacks-permission':
    case 'sas-refused':
    case 'video-not-here':
    case 'data-source-refused':
      return 'settings';
    case 'prompt-blocked':
    case 'picture-refused':
    case 'picture-url-unreadable':
    case 'pictures-not-supported':
    case 'picture-too-large':
    case 'request-too-large':
    case 'body-too-large':
    case 'picture-missing':
    case 'picture-unreadable':
    case 'vision-picture-too-small':
    case 'vision-picture-too-large':
    case 'video-one-only':
    case 'video-with-pictures':
    case 'video-without-words':
      return 'edit';
    case 'too-many-pictures':
    case 'enhancements-one-picture':
      return 'keep-newest';
    case 'storage-failed':
    case 'unexpected':
      return 'reload';
    default:
      return 'retry';
  }
}
