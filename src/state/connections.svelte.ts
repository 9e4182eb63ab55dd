import type { Credential } from '#azure';
import {
  SIMULATOR_ORIGIN,
  unknownModel,
  type Connection,
  type ModelCapabilities,
  type ModelChoice,
} from '#domain/connection.ts';
import type { ModelPrice } from '#domain/money.ts';
import { emptyPriceBook, type PriceBook } from '#domain/price-book.ts';
import type { Encoding } from '#domain/text-tokens.ts';
import type { SecretChanges, Store } from '#store';
import type { ModelOption } from './model-options.ts';
import type { Billed } from './price-for.ts';
import type { Clock } from './clock.ts';

export type ConnectionStore = Pick<
  Store,
  'listConnections' | 'saveConnection' | 'forgetConnection' | 'readSecret' | 'onChange'
>;

export interface ConnectionsDeps {
  readonly store: ConnectionStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: () => string;
  /** Where `npm start` runs a simulator; null: only the one inside the page. */
  readonly simulatorOrigin: string | null;
  /** The person's own prices and models, as they are now. */
  readonly priceBook?: () => PriceBook;
  /** So that the simulator in the page bills as Azure would; without it it counts roughly. */
  readonly countTokens?: (texts: readonly string[], encoding: Encoding) => Promise<readonly number[]>;
  /** The browser's own, unless a test gives another. */
  readonly fetch?: typeof fetch;
}

/** The connections of this browser, and what follows from one: its credential, abilities, prices and fetch. */
export class Connections {
  #list = $state.raw<readonly Connection[]>([]);
  #isLoaded = $state(false);
  #removed = $state.raw<Removed | null>(null);
  readonly #deps: ConnectionsDeps;
  #catalog: Promise<typeof import('#catalog')> | null = null;
  #simulator: Promise<(request: Request) => Promise<Response>> | null = null;
  #makingSimulator: Promise<Connection> | null = null;

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
    deps.store.onChange((change) => {
      // What cannot be read now leaves what is in view; the next verb on it says why.
      if (change.kind === 'connection') this.load().catch(() => undefined);
    });
  }

  /** Oldest first, so that nothing moves under the pointer. */
  get list(): readonly Connection[] {
    return this.#list;
  }

  /** False until the store was read once: an empty list then says nothing yet. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Removed last, for "Undo". */
  get justRemoved(): Connection | null {
    return this.#removed?.connection ?? null;
  }

  async load(): Promise<void> {
    this.#list = await this.#deps.store.listConnections();
    this.#isLoaded = true;
  }

  find(id: string | null | undefined): Connection | null {
    return this.#list.find((connection) => connection.id === id) ?? null;
  }

  /**
   * Keeps a connection and its secrets in one step: a text replaces a secret, null forgets it, absent leaves it.
   * Saving wins over what another tab saved meanwhile. A key entered for another origin is dropped by the store.
   */
  async save(connection: Connection, secrets: SecretChanges = {}): Promise<Connection> {
    const { store, clock } = this.#deps;
    let record = { ...connection, updatedAt: clock.now() };
    for (;;) {
      const saved = await store.saveConnection(record, secrets);
      if (saved.kind === 'saved') {
        await this.load();
        return saved.record;
      }
      record = { ...record, rev: saved.current?.rev ?? 0 };
    }
  }

  /** A second connection with the same secrets: the same origin, so each stays where it was entered for. */
  async duplicate(id: string, name: string): Promise<Connection | null> {
    const original = this.find(id);
    if (!original) return null;
    const { clock, newId } = this.#deps;
    const copy = { ...original, id: newId(), name, createdAt: clock.now(), rev: 0 };
    return this.save(copy, await this.#secretsOf(original));
  }

  /** Its conversations stay. The record and its secrets are held in memory alone until undone or dismissed. */
  async remove(id: string): Promise<void> {
    const connection = this.find(id);
    if (!connection) return;
    const secrets = await this.#secretsOf(connection);
    await this.#deps.store.forgetConnection(id);
    this.#removed = { connection, secrets };
    await this.load();
  }

  async undoRemove(): Promise<void> {
    const removed = this.#removed;
    if (!removed) return;
    await this.save({ ...removed.connection, rev: 0 }, removed.secrets);
    this.#removed = null;
  }

  dismissUndo(): void {
    this.#removed = null;
  }

  /**
   * What opens this connection's door, or null: none is kept, or the one kept is for another origin than this
   * record's (another tab may have changed the connection since it was read).
   */
  async credentialFor(connection: Connection): Promise<Credential | null> {
    const kind = connection.authentication;
    const secret = kind === 'api-key' ? 'apiKey' : 'bearerToken';
    const value = await this.#deps.store.readSecret(connection.id, secret);
    // Read after the secret, so that a record changed in between is seen.
    const stored = await this.#stored(connection.id);
    if (value === null || !stored || !isSameOrigin(stored.endpoint.base, connection.endpoint.base))
      return null;
    return { kind, value };
  }

  async capabilities(connection: Connection): Promise<ModelCapabilities> {
    return this.capabilitiesOf(connection.model);
  }

  /** A catalogue row that no longer exists counts as a model nobody knows: what might work stays possible. */
  async capabilitiesOf(choice: ModelChoice): Promise<ModelCapabilities> {
    if (choice.kind === 'other') return choice.capabilities;
    const own = this.#book.models.find(({ id }) => id === choice.id);
    if (own) return own.capabilities;
    const { capabilitiesOf, findModel } = await this.catalog();
    const model = findModel(choice.id);
    return model ? capabilitiesOf(model) : unknownModel;
  }

  /**
   * Today's price, or null: not known. The person's own price comes first, then that of the model which the
   * service says has answered, then that of the model the connection names.
   */
  async price(connection: Billed, reportedModel?: string | null): Promise<ModelPrice | null> {
    const [catalog, { priceFor }] = await Promise.all([this.catalog(), import('./price-for.ts')]);
    return priceFor(connection, reportedModel ?? null, {
      catalog,
      book: this.#book,
      now: this.#deps.clock.now(),
    });
  }

  get #book(): PriceBook {
    return this.#deps.priceBook?.() ?? emptyPriceBook;
  }

  /** How the model is called where the service did not say. */
  modelName({ model }: Pick<Connection, 'model'>): string {
    const own = model.kind === 'catalog' && this.#book.models.find(({ id }) => id === model.id);
    return own ? own.name : modelNameOf(model);
  }

  /** The browser's fetch, or the simulator inside the page for its own origin. */
  fetchFor(connection: Pick<Connection, 'endpoint'>): typeof fetch {
    if (originOf(connection.endpoint.base) !== SIMULATOR_ORIGIN) {
      return this.#deps.fetch ?? globalThis.fetch.bind(globalThis);
    }
    return async (url, init) => (await this.#answerInPage())(new Request(url, init));
  }

  /** Whether a simulator answers, in the page or beside it: its costs are simulated too. */
  isSimulated(connection: Pick<Connection, 'endpoint'>): boolean {
    const origin = originOf(connection.endpoint.base);
    return origin === SIMULATOR_ORIGIN || (origin !== null && origin === this.#deps.simulatorOrigin);
  }

  /** Remembers what an answer taught; nothing is written when it is known already. */
  async learn(connectionId: string, learned: Connection['learned']): Promise<void> {
    const connection = await this.#stored(connectionId);
    const { maxTokensParam } = learned;
    if (!connection || !maxTokensParam || connection.learned.maxTokensParam === maxTokensParam) return;
    await this.#deps.store.saveConnection({ ...connection, learned: { ...connection.learned, ...learned } });
    await this.load();
  }

  /** A connection that is ready to answer without Azure: the one there is, or a new one. */
  useSimulator(given: { origin?: string; name?: string } = {}): Promise<Connection> {
    // Two clicks make one connection.
    this.#makingSimulator ??= this.#simulatorConnection(given).finally(() => (this.#makingSimulator = null));
    return this.#makingSimulator;
  }

  async #simulatorConnection(given: { origin?: string; name?: string }): Promise<Connection> {
    const origin = given.origin ?? this.#deps.simulatorOrigin ?? SIMULATOR_ORIGIN;
    if (!this.#isLoaded) await this.load();
    const ready = this.#list.find(({ endpoint }) => originOf(endpoint.base) === origin);
    if (ready) return ready;
    const { clock, newId } = this.#deps;
    const now = clock.now();
    return this.save(
      {
        id: newId(),
        name: given.name ?? 'Simulator',
        endpoint: { base: origin, api: 'v1' },
        authentication: 'api-key',
        deployment: simulated.deployment,
        model: { kind: 'catalog', id: simulated.modelId },
        apiVersion: null,
        visionEndpoint: null,
        visionSource: 'same',
        secrets: [],
        learned: {},
        createdAt: now,
        updatedAt: now,
        rev: 0,
      },
      { apiKey: simulated.apiKey },
    );
  }

  /** Every model that can be chosen, newest first in each group. */
  async models(): Promise<readonly ModelOption[]> {
    const [catalog, { toModelOptions }] = await Promise.all([this.catalog(), import('./model-options.ts')]);
    return toModelOptions(catalog, this.#deps.clock.now(), this.#book.models);
  }

  /**
   * The model of a connection, where it is gone or about to be: a question to it may soon go unanswered. Null for all
   * others, for models of the person's own, and for a simulator, which has them all.
   */
  async endingModel(connection: Connection): Promise<ModelOption | null> {
    const { model } = connection;
    if (model.kind !== 'catalog' || this.isSimulated(connection)) return null;
    const option = (await this.models()).find(({ id }) => id === model.id);
    if (!option) return null;
    const leftMs =
      option.retiresOn === null ? Infinity : Date.parse(option.retiresOn) - this.#deps.clock.now();
    return option.group === 'retired' || leftMs < nearEndMs ? option : null;
  }

  /** The published tables, loaded once, when first needed. */
  catalog(): Promise<typeof import('#catalog')> {
    this.#catalog ??= retryable(import('#catalog'), () => (this.#catalog = null));
    return this.#catalog;
  }

  async #answerInPage(): Promise<(request: Request) => Promise<Response>> {
    const { countTokens } = this.#deps;
    this.#simulator ??= retryable(
      import('#simulator').then(({ createPageSimulator }) =>
        createPageSimulator(countTokens ? { countBilled: countTokens } : {}),
      ),
      () => (this.#simulator = null),
    );
    return this.#simulator;
  }

  async #stored(id: string): Promise<Connection | undefined> {
    return (await this.#deps.store.listConnections()).find((connection) => connection.id === id);
  }

  async #secretsOf(connection: Connection): Promise<SecretChanges> {
    const names = connection.secrets;
    const values = await Promise.all(names.map((name) => this.#deps.store.readSecret(connection.id, name)));
    return Object.fromEntries(names.map((name, at) => [name, values[at] ?? null]));
  }
}

export function modelNameOf(choice: ModelChoice): string {
  return choice.kind === 'other' ? choice.name : (choice.id.split('@')[0] ?? choice.id);
}

/** The origin that a secret is bound to; null where the text is no address. */
export function originOf(url: string | null): string | null {
  if (url === null) return null;
  try {
    return new URL(url).origin;
  } catch {
    return null;
  }
}

interface Removed {
  readonly connection: Connection;
  readonly secrets: SecretChanges;
}

/** Two months: said wherever a question is asked. The form and the list of connections say it earlier. */
const nearEndMs = 60 * 24 * 60 * 60 * 1000;

/** The simulator takes any key; this one says what it is when somebody looks. */
const simulated = { deployment: 'gpt-4.1', modelId: 'gpt-4.1@2025-04-14', apiKey: 'simulator' };

function isSameOrigin(a: string, b: string): boolean {
  return originOf(a) !== null && originOf(a) === originOf(b);
}

/** A chunk that failed to load is asked for again the next time. */
function retryable<Loaded>(loading: Promise<Loaded>, forget: () => void): Promise<Loaded> {
  loading.catch(forget);
  return loading;
}
