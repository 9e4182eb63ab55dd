import type { AnalysisVerbs } from './analyses.ts';
import { accuracyVerbs, type AccuracyVerbs } from './accuracy.ts';
import { openAnswerLocks } from './answer-locks.ts';
import { answerVerbs, type AnswerVerbs } from './answers.ts';
import { attachmentVerbs, type AttachmentVerbs } from './attachments.ts';
import type { BinVerbs } from './bin.ts';
import { openChanges, type Listener } from './changes.ts';
import { connectionVerbs, type ConnectionVerbs } from './connections.ts';
import { conversationVerbs, type ConversationVerbs } from './conversations.ts';
import { openDatabase } from './database.ts';
import { draftVerbs, type DraftVerbs } from './drafts.ts';
import { refuse } from './failures.ts';
import type { LedgerVerbs } from './ledger.ts';
import { emptyTally, openMark, type Loss } from './mark.ts';
import type { LedgerReader } from './ledger-reader.ts';
import { messageVerbs, type MessageVerbs } from './messages.ts';
import { ladder, type Step } from './migrations.ts';
import { priceBookVerbs, type PriceBookVerbs } from './price-book.ts';
import { preferenceVerbs, type PreferenceVerbs } from './preferences.ts';
import type { Room } from './room.ts';
import { databaseName, type Connected, type Tally } from './schema.ts';
import type { SpendingVerbs } from './spending.ts';
import { openVault } from './vault.ts';
import type { VideoVerbs } from './videos.ts';

export type { FindingsChange } from './analyses.ts';
export type { AnswerEnding, CommittedAnswer } from './answers.ts';
export type { Attachment } from './attachments.ts';
export type { Emptied } from './bin.ts';
export type { Change } from './changes.ts';
export type { SecretChanges } from './connections.ts';
export type { ConversationPage, PageCursor, PageRequest } from './conversations.ts';
export type { LedgerRequest } from './ledger.ts';
export type { Loss } from './mark.ts';
export type { Prompt, PromptOutcome, SavedPrompt } from './messages.ts';
export type { Step } from './migrations.ts';
export type { Preferences } from './preferences.ts';
export type { Saved } from './room.ts';
export type { ExpectedCost, RunningAnswer } from './schema.ts';
export type { SpendingWindow, SpentAnswer, SpentQuery } from './spending.ts';

export type { LedgerReader } from './ledger-reader.ts';

/** Sums and pages of the ledger, however long it is: read and worked out in a worker, fetched with its first use. */
export async function loadLedgerReader(
  given: Parameters<typeof import('./ledger-reader.ts').createLedgerReader>[0],
): Promise<LedgerReader> {
  return (await import('./ledger-reader.ts')).createLedgerReader(given);
}

/**
 * What this browser remembers. Every verb resolves when its transaction has completed ("saved" means saved) and
 * rejects with a FailureError: `storage-full`, or `storage-failed` for anything else. Nothing is half done.
 */
export interface Store
  extends
    ConnectionVerbs,
    ConversationVerbs,
    MessageVerbs,
    AnswerVerbs,
    AttachmentVerbs,
    AnalysisVerbs,
    BinVerbs,
    DraftVerbs,
    LedgerVerbs,
    SpendingVerbs,
    PriceBookVerbs,
    AccuracyVerbs,
    PreferenceVerbs,
    VideoVerbs {
  /** Fetches the lazy parts that a question needs, so that it can begin and end without a network. */
  warm(): Promise<unknown>;
  /** Hears of every completed change, of this tab and of others; returns how to stop hearing. */
  onChange(listener: Listener): () => void;
  /** The person has seen what `onLost` said: what is there now is what there is, and work goes on. */
  acceptLoss(): Promise<void>;
  /** Running answers keep their records and are adopted by whoever opens next. Every verb rejects from here on. */
  close(): void;
}

export interface StoreOptions {
  readonly name?: string;
  /** Opening waits for another tab, asleep or of an older version, to close; it goes on by itself when it does. */
  onBlocked?(): void;
  /** A newer version of the app has the database: this tab must be loaded again. */
  onOutdated?(): void;
  /** The database holds less than it did. Told once; nothing is swept until `acceptLoss`. */
  onLost?(loss: Loss): void;
  /** Epoch milliseconds. */
  now?(): number;
  readonly ladder?: readonly Step[];
}

/**
 * Opens the one database of this app, bringing it up to today's version. Rejects with `storage-failed` where the
 * browser keeps nothing (private mode, blocked storage) or the database is newer than this code. Reads one record,
 * however much is stored.
 */
export async function openStore(options: StoreOptions = {}): Promise<Store> {
  const name = options.name ?? databaseName;
  const mark = openMark(name);
  let wasOpen = false;
  let accepted = false;
  const compare = (found: Tally): void => {
    const known = mark.isLost();
    const loss = mark.check(found);
    if (loss && !known) options.onLost?.(loss);
  };

  const database = await openDatabase({
    name,
    ladder: options.ladder ?? ladder,
    onBlocked: () => options.onBlocked?.(),
    onOutdated: () => options.onOutdated?.(),
    // At start there is nothing else to do; while in use, an empty database must not pass for the one we had.
    mayCreate: () => !wasOpen || accepted || !mark.expectsRecords(),
    onMissing: () => compare(emptyTally),
    async onOpened(connected) {
      wasOpen = true;
      compare(await readTally(connected));
    },
  });

  const changes = openChanges(name);
  const locks = openAnswerLocks(name);
  const now = (): number => options.now?.() ?? Date.now();
  const room: Room = { name, database, mark, announce: changes.announce, now };
  const vault = openVault(database, now);
  return {
    ...connectionVerbs(room, vault),
    ...conversationVerbs(room),
    ...messageVerbs(room, locks),
    ...answerVerbs(room, locks),
    ...attachmentVerbs(room),
    ...draftVerbs(room),
    ...priceBookVerbs(room),
    ...accuracyVerbs(room),
    ...preferenceVerbs(room),
    ...lazily<LedgerVerbs>({ listLedger: 0, addLedgerEntry: 0 }, async () =>
      (await import('./ledger.ts')).ledgerVerbs(room),
    ),
    ...lazily<SpendingVerbs>({ readBudgets: 0, changeBudgets: 0, readSpent: 0 }, async () =>
      (await import('./spending.ts')).spendingVerbs(room),
    ),
    ...lazily<AnalysisVerbs>(
      { readAnalyses: 0, keepAnalysis: 0, setFindings: 0, whileReading: 0 },
      async () => (await import('./analyses.ts')).analysisVerbs(room),
    ),
    ...lazily<VideoVerbs>(
      {
        listVideos: 0,
        saveVideo: 0,
        forgetVideo: 0,
        readVideoAddress: 0,
        savePoster: 0,
        readPoster: 0,
        keepVideoFile: 0,
        readVideoFile: 0,
        forgetVideoFile: 0,
      },
      async () => (await import('./videos.ts')).videoVerbs(room, vault),
    ),
    ...lazily<BinVerbs>({ emptyBin: 0 }, async () => (await import('./bin.ts')).binVerbs(room)),
    warm: () => Promise.all([import('./analyses.ts'), import('./prompts.ts'), import('./answer-endings.ts')]),
    onChange: changes.onChange,
    async acceptLoss() {
      accepted = true;
      const tally = await database.read(['meta'], (tx) => tx.objectStore('meta').get('tally'));
      mark.accept(tally?.id === 'tally' ? tally : emptyTally);
      accepted = false;
    },
    close() {
      changes.close();
      locks.releaseAll();
      database.close();
    },
  };
}

/** A ladder of a test may know no tally. */
async function readTally(connected: Connected): Promise<Tally> {
  if (!connected.objectStoreNames.contains('meta')) return emptyTally;
  const stored = await connected.get('meta', 'tally');
  return stored?.id === 'tally' ? stored : emptyTally;
}

type Verb = (...given: never[]) => Promise<unknown>;

/** Verbs whose code is fetched with the first use of one of them. A part that cannot be fetched fails its verb as the disk would. */
function lazily<Verbs extends { readonly [Name in keyof Verbs]: Verb }>(
  names: Readonly<Record<keyof Verbs, 0>>,
  load: () => Promise<Verbs>,
): Verbs {
  const verb =
    (name: string) =>
    async (...given: never[]) => {
      const verbs = await load().catch(refuse);
      return verbs[name as keyof Verbs](...given);
    };
  return Object.fromEntries(Object.keys(names).map((name) => [name, verb(name)])) as unknown as Verbs;
}
