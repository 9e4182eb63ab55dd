import type { PictureFormat } from './picture-size.ts';
import type { Pixels } from './png-pixels.ts';
import type { Encoding } from '#domain/text-tokens.ts';
import { roughTokens } from '#domain/text-tokens.ts';

export interface SimulatorOptions {
  /** Milliseconds since 1970; decides `created` and when a rate limit is over. */
  readonly now?: () => number;
  /** From 0 to 1: ids and padding. */
  readonly random?: () => number;
  /** Waits; rejects with the signal's reason when it is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How long to wait before a step, instead of the time that Azure would roughly take. */
  readonly delayMs?: (pause: Pause) => number;
  /** Counts text; without it the figure is rough, and so are the prompt and completion tokens reported. */
  readonly countTokens?: (text: string, encoding: Encoding) => number;
  /** RGBA pixels, all or a sample, of a picture that is no PNG, where there is no canvas; null: not this format. */
  readonly decode?: (bytes: Uint8Array<ArrayBuffer>, format: PictureFormat) => Pixels | null;
  /**
   * Path prefixes that are answered as well as none, without a trailing slash: `/api/projects/sample`, `/gateway`.
   * All but `/api/projects/…` speak as an API Management gateway does when they refuse credentials.
   */
  readonly prefixes?: readonly string[];
}

export interface Pause {
  readonly before: 'first-byte' | 'reasoning' | 'text';
  /** Tokens that arrive after the pause. */
  readonly tokens: number;
  readonly usualMs: number;
}

/** Everything the simulator takes from outside itself. */
export interface Surroundings extends Required<SimulatorOptions> {
  readonly newId: (prefix: string, length: number) => string;
}

export function toSurroundings(options: SimulatorOptions): Surroundings {
  const random = options.random ?? Math.random;
  return {
    now: options.now ?? Date.now,
    random,
    sleep: options.sleep ?? sleepFor,
    delayMs: options.delayMs ?? ((pause) => pause.usualMs),
    countTokens: options.countTokens ?? roughTokens,
    decode: options.decode ?? (() => null),
    prefixes: options.prefixes ?? [],
    newId: (prefix, length) =>
      prefix + Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)] ?? 'a').join(''),
  };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    if (signal.aborted) return fail(signal.reason as Error);
    const timer = Number.isFinite(ms) ? setTimeout(finish, ms) : undefined;
    function finish() {
      signal.removeEventListener('abort', stop);
      done();
    }
    function stop() {
      clearTimeout(timer);
      fail(signal.reason as Error);
    }
    signal.addEventListener('abort', stop, { once: true });
  });
}
