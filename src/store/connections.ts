import type { Connection, SecretName } from '#domain/connection.ts';
import { isStale, type Room, type Saved } from './room.ts';
import type { Vault } from './vault.ts';

export interface ConnectionVerbs {
  /** Oldest first. */
  listConnections(): Promise<readonly Connection[]>;
  /**
   * Saves the record and, in the same strict transaction, the secrets named: a text replaces, null forgets, absent
   * leaves as it is. A key is dropped when the origin it was entered for is no longer the connection's, unless it is
   * given again. The saved record's `secrets` says which are kept.
   */
  saveConnection(connection: Connection, secrets?: SecretChanges): Promise<Saved<Connection>>;
  /** The connection and its secrets; nothing where there is none. Conversations and the ledger keep its id. */
  forgetConnection(id: string): Promise<void>;
  /** Null where none is kept, and where it can no longer be opened and has to be entered again. */
  readSecret(connectionId: string, name: SecretName): Promise<string | null>;
}

export type SecretChanges = { readonly [Name in SecretName]?: string | null };

const secretNames: readonly SecretName[] = ['apiKey', 'bearerToken', 'visionKey', 'blobSas'];

export function connectionVerbs(room: Room, vault: Vault): ConnectionVerbs {
  const { database } = room;
  return {
    async listConnections() {
      const connections = await database.read(['connections'], (tx) =>
        tx.objectStore('connections').getAll(),
      );
      return connections.sort((a, b) => a.createdAt - b.createdAt);
    },

    async saveConnection(connection, secrets = {}) {
      const given = secretNames.filter((name) => typeof secrets[name] === 'string');
      const sealed = await Promise.all(
        given.map((name) => vault.seal(connection.id, name, secrets[name] ?? '')),
      );
      return database.write<Saved<Connection>>(
        ['connections', 'secrets'],
        async (tx, afterwards) => {
          const kept = tx.objectStore('secrets');
          const stored = await tx.objectStore('connections').get(connection.id);
          if (isStale(stored, connection)) return { kind: 'stale', current: stored ?? null };
          const dropped = secretNames.filter(
            (name) => !given.includes(name) && (secrets[name] === null || hasMoved(name, stored, connection)),
          );
          await Promise.all(dropped.map((name) => kept.delete([connection.id, name])));
          await Promise.all(sealed.map((secret) => kept.put(secret)));
          const keys = await kept.getAllKeys(secretsOf(connection.id));
          const names = secretNames.filter((name) => keys.some(([, keptName]) => keptName === name));
          const record: Connection = { ...connection, secrets: names, rev: connection.rev + 1 };
          await tx.objectStore('connections').put(record);
          afterwards(() => room.announce({ kind: 'connection', id: record.id }));
          return { kind: 'saved', record };
        },
        'strict',
      );
    },

    async forgetConnection(id) {
      await database.write(
        ['connections', 'secrets'],
        async (tx, afterwards) => {
          await tx.objectStore('connections').delete(id);
          await tx.objectStore('secrets').delete(secretsOf(id));
          afterwards(() => room.announce({ kind: 'connection', id }));
        },
        'strict',
      );
    },

    async readSecret(connectionId, name) {
      const sealed = await database.read(['secrets'], (tx) =>
        tx.objectStore('secrets').get([connectionId, name]),
      );
      return sealed ? vault.open(sealed) : null;
    },
  };
}

function secretsOf(connectionId: string): IDBKeyRange {
  return IDBKeyRange.bound([connectionId], [connectionId, []]);
}

/** A key is never kept for an origin that it was not entered for. The SAS is a URL and carries its own. */
function hasMoved(name: SecretName, before: Connection | undefined, after: Connection): boolean {
  if (!before || name === 'blobSas') return false;
  return name === 'visionKey'
    ? originOf(before.visionEndpoint) !== originOf(after.visionEndpoint)
    : originOf(before.endpoint.base) !== originOf(after.endpoint.base);
}

function originOf(url: string | null): string {
  return url !== null && URL.canParse(url) ? new URL(url).origin : '';
}
