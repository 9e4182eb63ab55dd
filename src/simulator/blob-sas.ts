import { notAuthenticated, notPublic, permissionMismatch } from './blob-errors.ts';

/**
 * Refuses a call that its SAS does not allow. Any signature is good unless it says that it is not: the simulator has
 * no account key. Expiry, start, permissions and scope are honoured.
 * @param needs one of these permissions (create, write, read, delete) is enough.
 */
export function refuseSas(query: URLSearchParams, needs: 'r' | 'w' | 'd' | 'cw', nowMs: number): void {
  const signature = query.get('sig') ?? '';
  if (signature === '') throw notPublic();
  refuseScope(query);
  const policy = query.has('si');
  const start = query.get('st');
  const expiry = query.get('se');
  if (expiry === null && !policy) throw notAuthenticated('se is mandatory. Cannot be empty');
  if (/^(wrong|invalid)/i.test(signature))
    throw notAuthenticated('Signature did not match. String to sign used was (simulated).');
  const startMs = start === null ? -Infinity : timeIn(start, 'st');
  const expiryMs = expiry === null ? Infinity : timeIn(expiry, 'se');
  if (nowMs < startMs || nowMs >= expiryMs) {
    throw notAuthenticated(
      `Signature not valid in the specified time frame: Start [${stamp(startMs)}] - Expiry [${stamp(expiryMs)}] - Current [${stamp(nowMs)}]`,
    );
  }
  const allowed = query.get('sp');
  // What a stored access policy allows is known to the account alone.
  if (allowed === null && policy) return;
  if (![...needs].some((one) => (allowed ?? '').includes(one))) throw permissionMismatch();
}

/** A container's, a blob's, or an account's that goes for blobs. */
function refuseScope(query: URLSearchParams): void {
  const services = query.get('ss');
  if (services !== null) {
    if (services.includes('b') && (query.get('srt') ?? '').includes('o')) return;
    throw notAuthenticated('ss or srt does not allow this resource.');
  }
  const scope = query.get('sr');
  if (scope === null) throw notAuthenticated('sr is mandatory. Cannot be empty');
  if (scope !== 'c' && scope !== 'b') throw notAuthenticated('sr is not valid.');
}

function timeIn(text: string, name: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw notAuthenticated(`${name} is not a valid time.`);
  return at;
}

function stamp(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toUTCString() : '';
}
