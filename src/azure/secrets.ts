/** What opens the door of a connection. Read by the transport only. */
export interface Credential {
  readonly kind: 'api-key' | 'bearer-token';
  readonly value: string;
}

/**
 * A text without the given secrets, wherever they stand: in clear, URL-encoded or base64 (also inside a longer
 * base64 text, such as an encoded header). Tokens, SAS signatures and keys in URLs are masked even when they
 * are nobody's we know.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const form of secrets.flatMap(formsOf)) masked = masked.replace(form, mask);
  return anySecret.reduce((known, pattern) => known.replace(pattern, `$1${mask}`), masked);
}

const mask = '•••';

/** Shorter "secrets" would blank ordinary words and are no secrets. */
const shortestSecret = 4;

const anySecret: readonly RegExp[] = [
  /(\bBearer\s+)[\w.~+/=-]{8,}/gi,
  /()\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /([?&;](?:sig|api-key|subscription-key|key|code|access_token)=)[^&\s"'<>;]+/gi,
  // The same in an address that is itself part of another one.
  /(%(?:25)?(?:3f|26)sig%(?:25)?3d)(?:(?!%(?:25)?26)[^&\s"'<>;])+/gi,
];

function formsOf(secret: string): readonly RegExp[] {
  const plain = secret.trim();
  if (plain.length < shortestSecret) return [];
  const url = encodeURIComponent(plain);
  const forms = [plain, url, url.replaceAll('%20', '+'), ...base64Forms(plain)];
  return [...new Set(forms)]
    .filter((form) => form.length >= shortestSecret)
    .sort((a, b) => b.length - a.length)
    .map((form) => new RegExp(form.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), form === plain ? 'g' : 'gi'));
}

/**
 * Base64 writes three bytes as four letters, so the same secret looks different at each of three offsets;
 * letters that also carry neighbouring bytes are left off.
 */
function base64Forms(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const forms: string[] = [];
  for (const offset of [0, 1, 2]) {
    const padded = new Uint8Array(offset + bytes.length);
    padded.set(bytes, offset);
    const whole = btoa(String.fromCharCode(...padded)).replace(/=+$/, '');
    const from = [0, 2, 3][offset] ?? 0;
    const sharedEnd = padded.length % 3 === 0 ? 0 : 1;
    const inner = whole.slice(from, whole.length - sharedEnd);
    if (inner.length >= 8) forms.push(inner, inner.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}
