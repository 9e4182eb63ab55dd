import { countTokens as countCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { createSimulator, type Simulator, type SimulatorOptions } from '#simulator';

/** A simulator that waits for nothing and counts exactly. */
export function quickSimulator(options: SimulatorOptions = {}): Simulator {
  return createSimulator({
    delayMs: () => 0,
    countTokens: (text, encoding) => (encoding === 'cl100k_base' ? countCl100k : countO200k)(text),
    ...options,
  });
}

/** JSON of a service, read freely: a wrong path makes the expectation fail. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export const origin = 'https://resource.example';
export const describeIt = [{ role: 'user', content: 'Describe this picture:' }];

export interface Asking {
  readonly deployment?: string;
  /** Null: v1. */
  readonly apiVersion?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly path?: string;
  readonly signal?: AbortSignal;
}

export function toRequest(asking: Asking): Request {
  const { deployment = 'gpt-4o', apiVersion = '2024-10-21', headers = { 'api-key': 'a-key' } } = asking;
  const path =
    asking.path ??
    (apiVersion === null
      ? '/openai/v1/chat/completions'
      : `/openai/deployments/${deployment}/chat/completions?api-version=${apiVersion}`);
  return new Request(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      ...(apiVersion === null ? { model: deployment } : {}),
      messages: describeIt,
      ...asking.body,
    }),
    signal: asking.signal,
  });
}

export async function askJson(simulator: Simulator, asking: Asking): Promise<{ status: number; body: Json }> {
  const response = await simulator(toRequest(asking));
  return { status: response.status, body: await response.json() };
}

/** The chunks of a streamed answer, `[DONE]` as a string. Rejects where the body breaks off. */
export async function askStream(simulator: Simulator, asking: Asking): Promise<Json[]> {
  const response = await simulator(toRequest({ ...asking, body: { stream: true, ...asking.body } }));
  return readChunks(await response.text());
}

export function readChunks(text: string): Json[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^data: /, ''))
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)));
}

export function textOfChunks(chunks: readonly Json[]): string {
  return chunks.map((chunk) => chunk.choices?.[0]?.delta?.content ?? '').join('');
}

export function picture(url: string, detail?: string): object {
  return { type: 'image_url', image_url: { url, ...(detail ? { detail } : {}) } };
}

export function withPictures(words: string, ...pictures: object[]): object[] {
  return [{ role: 'user', content: [{ type: 'text', text: words }, ...pictures] }];
}
