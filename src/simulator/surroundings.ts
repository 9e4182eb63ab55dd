import type { PictureFormat } from './picture-size.ts';
import type { Raster } from './reduce.ts';
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
  /** Counts text at once; without it the figure is rough. */
  readonly countTokens?: (text: string, encoding: Encoding) => number;
  /**
   * Counts what is billed (each text of the prompt, and the answer) where that takes time, as in a worker; without it
   * `countTokens` counts these too.
   */
  readonly countBilled?: (texts: readonly string[], encoding: Encoding) => Promise<readonly number[]>;
  /** All pixels of a picture that is no PNG, where there is no canvas; null: not this format. */
  readonly decode?: (bytes: Uint8Array<ArrayBuffer>, format: PictureFormat) => Raster | null;
  /** Bytes that Image Analysis finds at `/pictures/<name>` of the origin it was called at; null: not accessible. */
  readonly pictureNamed?: (name: string) => Uint8Array<ArrayBuffer> | null;
  /** How many bytes of uploaded blobs are kept, the newest; of the others only sizes. 64 MB without it. */
  readonly mostBlobBytes?: number;
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
  const countTokens = options.countTokens ?? roughTokens;
  return {
    now: options.now ?? Date.now,
    random,
    sleep: options.sleep ?? sleepFor,
    delayMs: options.delayMs ?? ((pause) => pause.usualMs),
    countTokens,
    countBilled:
      options.countBilled ?? (async (texts, encoding) => texts.map((text) => countTokens(text, encoding))),
    decode: options.decode ?? (() => null),
    pictureNamed: options.pictureNamed ?? (() => null),
    mostBlobBytes: options.mostBlobBytes ?? 64 * 1024 * 1024,
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
