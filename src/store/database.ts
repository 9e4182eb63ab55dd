import { openDB } from 'idb';
import { nameOf, storageFailed, toStorageFailure } from './failures.ts';
import { climb, type Step } from './migrations.ts';
import type { Connected, ReadTransaction, Schema, StoreName, WriteTransaction } from './schema.ts';

/** One connection, reopened when lost. Every access is one whole transaction, so that it can be run again whole. */
export interface Database {
  read<T>(names: readonly StoreName[], work: (tx: ReadTransaction) => Promise<T>): Promise<T>;
  /**
   * Resolves when the transaction has completed, never on a request's success: a full disk shows only at the end.
   * `work` awaits nothing but its transaction, and may run a second time after the connection was lost.
   */
  write<T>(
    names: readonly StoreName[],
    work: (tx: WriteTransaction, afterwards: Afterwards) => Promise<T>,
    durability?: IDBTransactionDurability,
  ): Promise<T>;
  close(): void;
}

/** Puts off what others may see until the transaction has completed; dropped when it does not. */
export type Afterwards = (effect: () => void) => void;

export interface DatabaseOptions {
  readonly name: string;
  readonly ladder: readonly Step[];
  /** The open waits for another tab; called once an open, at `blocked` or after `openPatienceMs`. */
  onBlocked(): void;
  /** This code is older than the database: nothing is read or written any more. */
  onOutdated(): void;
  /** Whether a database that is not there may be made. */
  mayCreate(): boolean;
  /** Called when it may not. */
  onMissing(): void;
  /** Before anything else is read. */
  onOpened(connected: Connected): Promise<void>;
}

/** A frozen tab blocks an upgrade without any event (reliability.md, finding 12). */
const openPatienceMs = 3000;
/** Of the same transaction, and of an open: Safari loses its database server in passing (reliability.md 4.1). */
const maxTries = 3;
const pauseMs = 150;

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  let connecting: Promise<Connected> | null = null;
  let ended: string | null = null;

  const lose = (): void => {
    connecting = null;
  };
  const endWith = (reason: string): void => {
    ended = reason;
    connecting?.then((connected) => connected.close()).catch(() => undefined);
    connecting = null;
  };

  function connect(): Promise<Connected> {
    if (ended !== null) return Promise.reject(storageFailed(ended));
    // Kept before any await: two callers share one open.
    if (connecting) return connecting;
    const connection = settle(openPatiently(options, { lose, outdated })).catch((error: unknown) => {
      if (connecting === connection) lose();
      throw error;
    });
    connecting = connection;
    return connection;
  }

  async function settle(opening: Promise<Connected>): Promise<Connected> {
    const connected = await opening;
    if (ended !== null) {
      connected.close();
      throw storageFailed(ended);
    }
    await options.onOpened(connected);
    return connected;
  }

  function outdated(): void {
    endWith('A newer version of Sightline has opened the database.');
    options.onOutdated();
  }

  async function attempt<T>(run: (connected: Connected) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const connection = connect();
      try {
        return await run(await connection);
      } catch (error) {
        const lost = connecting !== connection;
        if (ended !== null || tries === maxTries || !mayRunAgain(error, lost)) throw toStorageFailure(error);
        if (connecting === connection) lose();
        connection.then((connected) => connected.close()).catch(() => undefined);
      }
    }
  }

  await connect();
  return {
    read: (names, work) =>
      attempt((connected) => {
        const tx = connected.transaction([...names], 'readonly');
        return whole(tx, () => work(tx));
      }),
    write: async (names, work, durability = 'relaxed') => {
      const { result, effects } = await attempt(async (connected) => {
        const effects: (() => void)[] = [];
        const tx = connected.transaction([...names], 'readwrite', { durability });
        const result = await whole(tx, () => work(tx, (effect) => effects.push(effect)));
        return { result, effects };
      });
      for (const effect of effects) effect();
      return result;
    },
    close: () => endWith('The store was closed.'),
  };
}

/** Runs `work` and waits for the end; whatever fails, nothing of the transaction stays. */
async function whole<T>(tx: ReadTransaction | WriteTransaction, work: () => Promise<T>): Promise<T> {
  tx.done.catch(() => undefined);
  try {
    const result = await work();
    await tx.done;
    return result;
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // It has ended by itself.
    }
    // A request says `AbortError` where the transaction knows that the disk is full.
    throw tx.error ?? error;
  }
}

function mayRunAgain(error: unknown, lost: boolean): boolean {
  const name = nameOf(error);
  return name === 'InvalidStateError' || name === 'UnknownError' || (lost && name === 'AbortError');
}

interface Listeners {
  lose(): void;
  outdated(): void;
}

/** Opens; tries again where the browser's own files were in the way for a moment. */
async function openPatiently(options: DatabaseOptions, listeners: Listeners): Promise<Connected> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await openOnce(options, listeners);
    } catch (error) {
      if (nameOf(error) === 'VersionError') listeners.outdated();
      if (nameOf(error) !== 'UnknownError' || tries === maxTries) throw toStorageFailure(error);
      await new Promise((resolve) => setTimeout(resolve, pauseMs * tries));
    }
  }
}

async function openOnce(options: DatabaseOptions, { lose, outdated }: Listeners): Promise<Connected> {
  let refusal: unknown = null;
  let saidBlocked = false;
  const sayBlocked = (): void => {
    if (!saidBlocked) options.onBlocked();
    saidBlocked = true;
  };
  const timer = setTimeout(sayBlocked, openPatienceMs);
  try {
    return await openDB<Schema>(options.name, options.ladder.length, {
      upgrade(database, fromVersion, _toVersion, transaction) {
        const steps = fromVersion === 0 && !options.mayCreate() ? [refuse] : options.ladder;
        // The ladder is written against no schema: each step knows its own time's.
        climb(steps, fromVersion, database as never, transaction as never).catch((error: unknown) => {
          refusal = error;
        });
      },
      blocked: sayBlocked,
      blocking(_current, newVersion, event) {
        (event.target as IDBDatabase).close();
        // A deletion asks for no version: the next access finds out what is left.
        if (newVersion === null) lose();
        else outdated();
      },
      terminated: lose,
    });
  } catch (error) {
    if (refusal === missing) options.onMissing();
    throw refusal ?? error;
  } finally {
    clearTimeout(timer);
  }
}

const missing = storageFailed('The site data was cleared.');

function refuse(): never {
  throw missing;
}
