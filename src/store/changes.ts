/** Something was saved or forgotten, here or in another tab. It says what to read again, never its content. */
export interface Change {
  readonly kind:
    | 'conversation'
    | 'connection'
    | 'draft'
    | 'message'
    /** The partial text of a running answer. */
    | 'partial'
    | 'ledger'
    | 'preferences'
    | 'video'
    | 'budgets'
    | 'prices';
  readonly id: string;
  readonly conversationId?: string;
  readonly origin: 'here' | 'elsewhere';
}

export type Listener = (change: Change) => void;

export interface Changes {
  /** Tells this tab and the others. Call it only after the transaction has completed. */
  announce(change: Omit<Change, 'origin'>): void;
  onChange(listener: Listener): () => void;
  close(): void;
}

export function openChanges(name: string): Changes {
  const listeners = new Set<Listener>();
  const channel = new BroadcastChannel(`${name}:changes`);
  const tell = (change: Change): void => {
    for (const listener of [...listeners]) {
      try {
        listener(change);
      } catch (error) {
        // What was saved is saved: a listener's fault must not reject the verb.
        reportError(error);
      }
    }
  };
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isChange(data)) tell({ ...data, origin: 'elsewhere' });
  });
  let open = true;
  return {
    announce(change) {
      if (open) channel.postMessage(change);
      tell({ ...change, origin: 'here' });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      open = false;
      channel.close();
      listeners.clear();
    },
  };
}

/** The channel belongs to the origin, not to us: another version of this page may say what we do not know. */
function isChange(data: unknown): data is Omit<Change, 'origin'> {
  const { kind, id } = (data ?? {}) as { kind?: unknown; id?: unknown };
  return typeof kind === 'string' && typeof id === 'string';
}
