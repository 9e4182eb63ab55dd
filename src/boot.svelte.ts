import { toFailure } from '#domain/failure.ts';
import type { Language } from '#language';
import { Connections } from '#state/connections.svelte.ts';
import { Desk } from '#state/desk.svelte.ts';
import { Prices } from '#state/prices.svelte.ts';
import { Preferences } from '#state/preferences.svelte.ts';
import type { Clock } from '#state/clock.ts';
import { loadLedgerReader, openStore, type Loss, type Store } from '#store';
import { startWorker } from './start-worker.ts';

/** Why the page cannot go on as it is. */
export type Trouble =
  | { readonly kind: 'blocked' | 'outdated' | 'new-version' | 'offline' }
  | { readonly kind: 'lost'; readonly loss: Loss }
  | { readonly kind: 'closed'; readonly detail: string };

/** A hidden page paints no frames; what comes meanwhile is drawn this often, so that it is there on return. */
const hiddenFrameMs = 500;

let hiddenAt = -Infinity;
const isHidden = (): boolean => document.visibilityState === 'hidden';
document.addEventListener('visibilitychange', () => {
  if (isHidden()) hiddenAt = Date.now();
});

const clock: Clock = {
  now: () => Date.now(),
  breathe: () =>
    new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        done();
      };
      port2.postMessage(null);
    }),
  wasHiddenSince: (epochMs) => isHidden() || hiddenAt >= epochMs,
  onFrame(draw) {
    if (isHidden()) setTimeout(draw, hiddenFrameMs);
    else requestAnimationFrame(draw);
  },
};

/** Opens the store and builds everything that a screen may use. */
export class Boot {
  #desk = $state.raw<Desk | null>(null);
  #trouble = $state.raw<Trouble | null>(null);
  #store: Store | null = null;

  get desk(): Desk | null {
    return this.#desk;
  }

  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** A lazy part of the page could not be fetched: a newer version was published meanwhile, or there is no network. */
  noteMissingPart(): void {
    const said = this.#trouble?.kind;
    // What keeps everything from going on is said before what keeps one part from it.
    if (said === undefined || said === 'new-version' || said === 'offline')
      this.#trouble = { kind: navigator.onLine ? 'new-version' : 'offline' };
  }

  dismissTrouble(): void {
    if (this.#trouble?.kind === 'lost') void this.#store?.acceptLoss();
    this.#trouble = null;
  }

  async open(language: Language, simulatorOrigin: string | null): Promise<void> {
    try {
      const store = await openStore({
        onBlocked: () => (this.#trouble = { kind: 'blocked' }),
        onOutdated: () => (this.#trouble = { kind: 'outdated' }),
        onLost: (loss) => (this.#trouble = { kind: 'lost', loss }),
      });
      this.#store = store;
      if (this.#trouble?.kind === 'blocked') this.#trouble = null;
      await this.#build(store, language, simulatorOrigin);
    } catch (thrown) {
      this.#trouble = { kind: 'closed', detail: toFailure(thrown, 'storage-failed').detail };
    }
  }

  async #build(store: Store, language: Language, simulatorOrigin: string | null): Promise<void> {
    const newId = (): string => crypto.randomUUID();
    const preferences = new Preferences(store, language);
    const prices = new Prices(store);
    const loadCounter = once(async () => (await import('#tokenizer')).createTokenCounter({ startWorker }));
    const connections = new Connections({
      store,
      clock,
      newId,
      simulatorOrigin,
      priceBook: () => prices.book,
      async countTokens(texts, encoding) {
        const counter = await loadCounter();
        const counts = await Promise.all(texts.map((text) => counter.count(text, encoding)));
        return counts.map(({ tokens }) => tokens);
      },
    });
    // Answers that a dead tab left behind come first: none may look as if it were still under way.
    await Promise.all([preferences.load(), connections.load(), prices.load(), store.adoptInterrupted()]);
    const desk = new Desk(
      {
        store,
        preferences,
        connections,
        prices,
        clock,
        newId,
        tabId: newId(),
        loadPictures: once(async () => (await import('#media')).createPictures({ startWorker })),
        loadVideos: once(async () => (await import('#media')).createVideos({ startWorker })),
        loadLedgerReader: once(() => loadLedgerReader({ startWorker })),
        loadCounter,
      },
      (hash) => location.replace(hash),
    );
    desk.show(location.hash);
    this.#desk = desk;
    // The composer first: whoever comes with a question need not wait for fifty titles.
    await new Promise<void>((painted) => clock.onFrame(() => setTimeout(painted)));
    await desk.list.load();
  }
}

/** Makes one thing for everybody; a chunk that could not be fetched is tried again by the next who asks. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | null = null;
  return () => {
    made ??= make().catch((thrown: unknown) => {
      made = null;
      throw thrown;
    });
    return made;
  };
}
