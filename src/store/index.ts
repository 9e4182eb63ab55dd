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
import { ledgerVerbs, type LedgerVerbs } from './ledger.ts';
import { emptyTally, openMark, type Loss } from './mark.ts';
import type { LedgerReader } from './ledger-reader.ts';
import { messageVerbs, type MessageVerbs } from './messages.ts';
import { ladder, type Step } from './migrations.ts';
import { priceBookVerbs, type PriceBookVerbs } from './price-book.ts';
import { preferenceVerbs, type PreferenceVerbs } from './preferences.ts';
import type { Room } from './room.ts';
import { databaseName, type Connected, type Tally } from './schema.ts';
import { spendingVerbs, type SpendingVerbs } from './spending.ts';
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
  const analyses = async (): Promise<AnalysisVerbs> =>
    (await import('./analyses.ts').catch(refuse)).analysisVerbs(room);
  const vault = openVault(database, now);
  const videos = async (): Promise<VideoVerbs> =>
    (await import('./videos.ts').catch(refuse)).videoVerbs(room, vault);
  return {
    ...connectionVerbs(room, vault),
    ...conversationVerbs(room),
    ...messageVerbs(room, locks),
    ...answerVerbs(room, locks),
    ...attachmentVerbs(room),
    ...draftVerbs(room),
    ...ledgerVerbs(room),
    ...spendingVerbs(room),
    ...priceBookVerbs(room),
    ...accuracyVerbs(room),
    ...preferenceVerbs(room),
    readAnalyses: async (ids) => (await analyses()).readAnalyses(ids),
    keepAnalysis: async (kept) => (await analyses()).keepAnalysis(kept),
    setFindings: async (messageId, change) => (await analyses()).setFindings(messageId, change),
    whileReading: async (id, signal, work) => (await analyses()).whileReading(id, signal, work),
    listVideos: async () => (await videos()).listVideos(),
    saveVideo: async (video, signedUrl) => (await videos()).saveVideo(video, signedUrl),
    forgetVideo: async (id) => (await videos()).forgetVideo(id),
    readVideoAddress: async (id) => (await videos()).readVideoAddress(id),
    savePoster: async (id, poster) => (await videos()).savePoster(id, poster),
    readPoster: async (id) => (await videos()).readPoster(id),
    keepVideoFile: async (fingerprint, file) => (await videos()).keepVideoFile(fingerprint, file),
    readVideoFile: async (fingerprint) => (await videos()).readVideoFile(fingerprint),
    forgetVideoFile: async (fingerprint) => (await videos()).forgetVideoFile(fingerprint),
    emptyBin: async (olderThanMs) =>
      (await import('./bin.ts').catch(refuse)).binVerbs(room).emptyBin(olderThanMs),
    warm: () => Promise.all([import('./analyses.ts'), import('./answer-endings.ts')]),
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
