import { isTooManyPatches, type Detail } from '#domain/image-tokens.ts';
import type { AskedMessage, AskedPart, AskedPicture, Call } from './asked.ts';
import { readPictureHeader } from './picture-size.ts';
import { badPicture, invalidRequest } from './refusal.ts';
import { takesEnhancements } from './takes-enhancements.ts';

const ROLES = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];
const MOST_MESSAGES = 2048;
const DETAILS: readonly string[] = ['auto', 'low', 'high'];

/** The messages of a request, their pictures decoded and measured. Throws the refusal that Azure answers with. */
export function readMessages(call: Call): readonly AskedMessage[] {
  const { messages } = call.body;
  if (messages === undefined) throw missing('messages');
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array of objects', messages);
  if (messages.length === 0) {
    throw invalidRequest(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'messages',
      'empty_array',
    );
  }
  if (messages.length > MOST_MESSAGES) {
    throw invalidRequest(
      `Invalid 'messages': array too long. Expected an array with maximum length ${MOST_MESSAGES}, but got an array with length ${messages.length} instead.`,
      'messages',
      'array_above_max_length',
    );
  }
  refuseTooManyPictures(call, messages);
  const read = messages.map((message, at) => readMessage(call, message, at));
  refuseTwoKindsOfInstruction(read);
  return read;
}

/** Counted over the whole history. Texts: openagent issue 829 (2024) and azure-rest-api-specs#46145 (2026). */
function refuseTooManyPictures(call: Call, messages: readonly unknown[]): void {
  const pictures = messages
    .map((message) => (isRecord(message) && Array.isArray(message['content']) ? message['content'] : []))
    .flat()
    .filter((part) => isRecord(part) && part['type'] === 'image_url').length;
  const most = call.capabilities.maxPictures;
  if (pictures <= most) return;
  throw most === 10
    ? invalidRequest('Too many images in request. Max is 10.')
    : invalidRequest(`Exceeded maximum number of images (${most}) allowed in the request.`, 'input');
}

function refuseTwoKindsOfInstruction(messages: readonly AskedMessage[]): void {
  const roles = new Set(messages.map(({ role }) => role));
  if (roles.has('developer') && roles.has('system')) {
    throw invalidRequest("'messages' must not hold both 'developer' and 'system' roles.", 'messages');
  }
}

function readMessage(call: Call, message: unknown, at: number): AskedMessage {
  const path = `messages[${at}]`;
  if (!isRecord(message)) throw wrongType(path, 'an object', message);
  const { role, content, name } = message;
  if (role === undefined) throw missing(`${path}.role`);
  if (typeof role !== 'string' || !ROLES.includes(role)) {
    const known = ROLES.map((known) => `'${known}'`).join(', ');
    throw invalidRequest(
      `Invalid value: '${String(role)}'. Supported values are: ${known}.`,
      `${path}.role`,
      'invalid_value',
    );
  }
  return {
    role,
    name: typeof name === 'string' ? name : null,
    parts: readContent(call, content, role, at),
  };
}

function readContent(call: Call, content: unknown, role: string, at: number): readonly AskedPart[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (Array.isArray(content)) return content.map((part, partAt) => readPart(call, part, role, at, partAt));
  if ((content === null || content === undefined) && role === 'assistant') return [];
  if (content === undefined) throw missing(`messages[${at}].content`);
  const got = content === null ? 'null' : typeof content;
  throw invalidRequest(
    `Invalid value for 'content': expected a string, got ${got}.`,
    `messages.[${at}].content`,
  );
}

function readPart(call: Call, part: unknown, role: string, at: number, partAt: number): AskedPart {
  const path = `messages[${at}].content[${partAt}]`;
  if (!isRecord(part)) throw wrongType(path, 'an object', part);
  if (part['type'] === undefined) throw missing(`${path}.type`);
  if (part['type'] === 'text') {
    if (typeof part['text'] !== 'string') throw missing(`${path}.text`);
    return { kind: 'text', text: part['text'] };
  }
  if (part['type'] === 'acv_document_id' && takesEnhancements(call)) {
    if (typeof part['acv_document_id'] !== 'string') throw missing(`${path}.acv_document_id`);
    return { kind: 'video', documentId: part['acv_document_id'] };
  }
  if (part['type'] !== 'image_url') {
    throw invalidRequest(
      `Invalid value: '${String(part['type'])}'. Supported values are: 'text' and 'image_url'.`,
      `${path}.type`,
      'invalid_value',
    );
  }
  if (!call.capabilities.takesPictures) {
    // Observed in browser-use/web-ui#274, dots before the brackets included.
    throw invalidRequest(
      'Invalid content type. image_url is only supported by certain models.',
      `messages.[${at}].content.[${partAt}].type`,
    );
  }
  if (role !== 'user') {
    throw invalidRequest(
      `Invalid 'messages[${at}]'. Image URLs are only allowed for messages with role 'user', but this message with role '${role}' contains an image URL.`,
      `messages[${at}]`,
      'invalid_value',
    );
  }
  return readPicturePart(call, part['image_url'], `${path}.image_url`);
}

function readPicturePart(call: Call, value: unknown, path: string): AskedPart {
  if (value === undefined) throw missing(path);
  if (!isRecord(value)) throw wrongType(path, 'an object', value);
  if (typeof value['url'] !== 'string') throw missing(`${path}.url`);
  const detail = value['detail'] ?? 'auto';
  if (typeof detail !== 'string' || !DETAILS.includes(detail)) {
    throw invalidRequest(
      `Invalid value: '${String(detail)}'. Supported values are: 'low', 'high', and 'auto'.`,
      `${path}.detail`,
      'invalid_value',
    );
  }
  return readPictureUrl(call, value['url'], detail as Detail);
}

function readPictureUrl(call: Call, url: string, detail: Detail): AskedPart {
  if (/^https?:\/\//i.test(url)) {
    refuseUnreachable(url);
    return { kind: 'picture-url', url, detail };
  }
  // A pattern over the whole text would be slow on 20 MB: only the head is matched.
  const head = /^data:[\w.+-]+\/[\w.+-]+(;[\w=.+-]+)*;base64,/i.exec(url.slice(0, 200))?.[0];
  if (head === undefined) {
    throw badPicture(
      'Invalid image URL. The URL must be a valid HTTP or HTTPS URL, or a data URL with base64 encoding.',
    );
  }
  return measure(call, decodeBase64(url.slice(head.length)), detail);
}

function measure(call: Call, bytes: Uint8Array<ArrayBuffer>, detail: Detail): AskedPicture {
  const { maxPictureBytes, imageTokens } = call.capabilities;
  if (bytes.length > maxPictureBytes) {
    // No sample of Azure's own words was found.
    throw badPicture(`Invalid image data. The image is larger than ${maxPictureBytes / 1024 / 1024} MB.`);
  }
  const header = readPictureHeader(bytes);
  if (!header) throw badPicture('Invalid image data');
  if (imageTokens && isTooManyPatches(imageTokens, header.widthPx, header.heightPx, detail)) {
    throw badPicture('Invalid image data. The image has too many patches for this model at this detail.');
  }
  return { kind: 'picture', bytes, detail, ...header };
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    throw badPicture('Invalid image (base64) data.');
  }
}

/** Addresses that Azure could not fetch for certain; all others are taken on trust, nothing is fetched here. */
function refuseUnreachable(address: string): void {
  const url = parseUrl(address);
  if (!url) {
    throw badPicture(
      'Invalid image URL. The URL must be a valid HTTP or HTTPS URL, or a data URL with base64 encoding.',
    );
  }
  if (url.hostname.includes('.blob.core.') && !url.searchParams.has('sig')) {
    // Observed in azure-sdk-for-net#42591.
    throw badPicture('The provided image url can not be accessed. status code: 403.');
  }
  if (isPrivateHost(url.hostname)) {
    throw badPicture(`Unable to download image from ${url.origin}${url.pathname}.`);
  }
}

function parseUrl(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

function isPrivateHost(host: string): boolean {
  return (
    /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[)/.test(host) ||
    /\.(invalid|local|internal|localhost|test)$/.test(host) ||
    !host.includes('.')
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function missing(param: string) {
  return invalidRequest(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
}

export function wrongType(param: string, expected: string, got: unknown) {
  const kind =
    got === null
      ? 'null'
      : Array.isArray(got)
        ? 'an array'
        : typeof got === 'object'
          ? 'an object'
          : `a ${typeof got}`;
  return invalidRequest(
    `Invalid type for '${param}': expected ${expected}, but got ${kind} instead.`,
    param,
    'invalid_type',
  );
}
