import type { Store } from '#store';

export type Theme = 'system' | 'light' | 'dark';

/** What a person chose once for everything. */
export interface PreferenceValues {
  readonly theme: Theme;
  readonly language: 'en' | 'zh';
  /** Camera data is removed from every picture, even when it is sent as it is. */
  readonly stripMetadata: boolean;
  /** The connection that a new conversation starts with. */
  readonly lastConnectionId: string | null;
  /** Width of the pane beside a conversation; null: the usual one. */
  readonly inspectorPx: number | null;
}

export type PreferenceStore = Pick<Store, 'readPreferences' | 'savePreferences' | 'onChange'>;

/** The person's preferences: in view at once, on disk when `set` resolves. */
export class Preferences {
  #values = $state.raw() as PreferenceValues;
  readonly #store: PreferenceStore;

  /** @param preferredLanguage the browser's, until the person chooses. */
  constructor(store: PreferenceStore, preferredLanguage: 'en' | 'zh') {
    this.#store = store;
    this.#values = {
      theme: 'system',
      language: preferredLanguage,
      stripMetadata: false,
      lastConnectionId: null,
      inspectorPx: null,
    };
    store.onChange((change) => {
      if (change.kind !== 'preferences' || change.origin !== 'elsewhere') return;
      // What cannot be read now leaves what is in view.
      this.load().catch(() => undefined);
    });
  }

  get theme(): Theme {
    return this.#values.theme;
  }
  get language(): 'en' | 'zh' {
    return this.#values.language;
  }
  get stripMetadata(): boolean {
    return this.#values.stripMetadata;
  }
  get lastConnectionId(): string | null {
    return this.#values.lastConnectionId;
  }

  get inspectorPx(): number | null {
    return this.#values.inspectorPx;
  }

  /** Reads what was chosen before; what cannot be understood keeps its default. */
  async load(): Promise<void> {
    this.#values = { ...this.#values, ...understood(await this.#store.readPreferences()) };
  }

  async set(change: Partial<PreferenceValues>): Promise<void> {
    this.#values = { ...this.#values, ...change };
    await this.#store.savePreferences({ ...change });
  }
}

function understood(stored: unknown): Partial<PreferenceValues> {
  if (typeof stored !== 'object' || stored === null) return {};
  const { theme, language, stripMetadata, lastConnectionId, inspectorPx } = stored as Record<string, unknown>;
  return {
    ...(theme === 'system' || theme === 'light' || theme === 'dark' ? { theme } : {}),
    ...(language === 'en' || language === 'zh' ? { language } : {}),
    ...(typeof stripMetadata === 'boolean' ? { stripMetadata } : {}),
    ...(typeof lastConnectionId === 'string' ? { lastConnectionId } : {}),
    ...(typeof inspectorPx === 'number' ? { inspectorPx } : {}),
  };
}
