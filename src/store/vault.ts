import type { SecretName } from '#domain/connection.ts';
import type { Database } from './database.ts';
import type { SealedSecret } from './schema.ts';

/** Seals secrets with a key that a script can use but not copy. No transaction is open while it works. */
export interface Vault {
  seal(connectionId: string, name: SecretName, secret: string): Promise<SealedSecret>;
  /** Null where it can no longer be opened: another key, another record, damaged bytes. */
  open(sealed: SealedSecret): Promise<string | null>;
}

export function openVault(database: Database, now: () => number): Vault {
  let making: Promise<CryptoKey> | null = null;
  const sealingKey = (): Promise<CryptoKey> => {
    making ??= makeKey(database, now).catch((error: unknown) => {
      making = null;
      throw error;
    });
    return making;
  };
  return {
    async seal(connectionId, name, secret) {
      const key = await sealingKey();
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData: boundTo(connectionId, name) },
        key,
        new TextEncoder().encode(secret),
      );
      return { connectionId, name, format: 1, iv, sealed };
    },
    async open({ connectionId, name, iv, sealed }) {
      // Never made here: a fresh key would open nothing.
      const kept = await database.read(['keys'], (tx) => tx.objectStore('keys').get('device'));
      if (!kept) return null;
      try {
        const additionalData = boundTo(connectionId, name);
        const secret = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, kept.key, sealed);
        return new TextDecoder().decode(secret);
      } catch {
        return null;
      }
    },
  };
}

/** Made once for this device; two tabs that make one at the same time end up with the same. */
async function makeKey(database: Database, now: () => number): Promise<CryptoKey> {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  return database.write(
    ['keys'],
    async (tx) => {
      const keys = tx.objectStore('keys');
      const kept = await keys.get('device');
      if (kept) return kept.key;
      await keys.put({ id: 'device', key: made, createdAt: now() });
      return made;
    },
    'strict',
  );
}

/** Record, field and format version: a sealed secret that is moved to another record does not open. */
function boundTo(connectionId: string, name: SecretName): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify([connectionId, name, 1]));
}
