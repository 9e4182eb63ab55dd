import { objectIn, parseJson, textIn } from './wire.ts';

export interface BearerToken {
  readonly token: string;
  /** Null where neither the text nor the token says. */
  readonly expiresAtMs: number | null;
}

/**
 * The token in what a person pastes: the JSON that `az account get-access-token` or `azd auth token` prints, a
 * header line, or the bare token. Null where there is none that a header could carry.
 */
export function readBearerToken(text: string): BearerToken | null {
  const trimmed = text.trim();
  const json = objectIn(parseJson(trimmed));
  if (json) {
    const token = textIn(json['accessToken']) ?? textIn(json['access_token']) ?? textIn(json['token']);
    if (token === null || !fitsHeader(token)) return null;
    return { token, expiresAtMs: expiryInJson(json) ?? expiryInToken(token) };
  }
  const bare = trimmed
    .replace(/^["'`]+|["'`,]+$/g, '')
    .replace(/^authorization\s*:\s*/i, '')
    .replace(/^bearer\s+/i, '')
    // A long token copied from a terminal brings the line breaks of its window.
    .replace(/\s+/g, (gap) => (/[\r\n]/.test(gap) ? '' : gap))
    .trim();
  const token = jwt.exec(bare)?.[0] ?? bare;
  if (token.length < shortestToken || !fitsHeader(token)) return null;
  return { token, expiresAtMs: expiryInToken(token) };
}

const jwt = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/;

/** Anything shorter is a word, not a token; Azure's own keys have 32 characters or more. */
const shortestToken = 16;

function fitsHeader(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token);
}

function expiryInJson(json: Readonly<Record<string, unknown>>): number | null {
  // `expires_on` is in seconds since 1970 (az 2.54 and later) and free of time zones.
  const seconds = Number(json['expires_on']);
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000;
  const expiresOn = textIn(json['expiresOn']);
  if (expiresOn === null) return null;
  // az writes local time with microseconds, `2026-11-22 10:11:12.000000`; azd writes ISO with a zone.
  const parsed = Date.parse(expiresOn.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(parsed) ? null : parsed;
}

function expiryInToken(token: string): number | null {
  const [, claims] = token.split('.');
  if (!claims || !token.startsWith('eyJ')) return null;
  try {
    const json = objectIn(parseJson(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))));
    return typeof json?.['exp'] === 'number' ? json['exp'] * 1000 : null;
  } catch {
    return null;
  }
}
