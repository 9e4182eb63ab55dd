/**
 * The same events in a form that the rules for event streams allow and that naive readers trip over: a byte order
 * mark, CRLF and CR, comments, fields and events nobody knows, and bytes split inside characters.
 */
export async function* frameOddly(
  events: AsyncIterable<string>,
  random: () => number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let at = 0;
  for await (const text of events) {
    for (const event of text.split('\n\n').filter((event) => event !== '')) {
      at += 1;
      yield* splitAnywhere(encoder.encode(reframe(event, at)), random);
    }
  }
}

function reframe(event: string, at: number): string {
  const end = at % 3 === 0 ? '\r' : at % 3 === 1 ? '\r\n' : '\n';
  const start = at === 1 ? '\uFEFF' : '';
  const noise = at % 4 === 0 ? `: keep-alive${end}${end}event: ping${end}data: {}${end}${end}` : '';
  return `${start}${noise}id: ${at}${end}retry: 1000${end}${event}${end}${end}`;
}

const LONGEST_PIECE = 40;

function* splitAnywhere(
  bytes: Uint8Array<ArrayBuffer>,
  random: () => number,
): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length;) {
    const length = 1 + Math.floor(random() * LONGEST_PIECE);
    yield bytes.slice(at, at + length);
    at += length;
  }
}
