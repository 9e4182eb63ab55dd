import { judge, budgetLines, type BudgetVerdict } from '#domain/budget.ts';
import type { Connection } from '#domain/connection.ts';
import { FailureError, toFailure, type Failure } from '#domain/failure.ts';
import type { LedgerEntry, Units } from '#domain/ledger.ts';
import type { Segment, Transcript } from '#domain/transcript.ts';
import type { Transcription } from '#azure';
import type { SoundPiece } from '#media';
import type { RetryWait } from './answer.svelte.ts';
import { spendingWindow } from './calendar.ts';
import { costOfMeter, meterPriceFor } from './meter-price.ts';
import type { Services } from './services.ts';

export interface TranscribingSubject {
  readonly file: Blob;
  /** A deployment of the connection's own resource. */
  readonly deployment: string;
  readonly connection: Connection;
  /** Null: there is none yet. */
  readonly conversationId: string | null;
}

export interface TranscribingHooks {
  /** `sound`: it is being made ready, so far; `words`: the service listens, and so far its words are there. */
  onStage(kind: 'sound' | 'words', doneSeconds: number): void;
  onWait(wait: RetryWait | null): void;
}

/**
 * The words of a video by a transcription deployment, piece after piece, with their times in the whole. Every call is
 * written down in the ledger, also one that was cancelled. Rejects with a FailureError or the signal's reason.
 */
export async function transcribe(
  subject: TranscribingSubject,
  services: Services,
  signal: AbortSignal,
  hooks: TranscribingHooks,
): Promise<Transcript> {
  const { file, deployment, connection } = subject;
  const { connections, clock } = services;
  const credential = await connections.credentialFor(connection);
  if (!credential) throw new FailureError({ kind: 'connection-incomplete', detail: '' });
  const { createTranscriptionClient, maxSoundBytes } = await import('#azure');
  const client = createTranscriptionClient(
    { endpoint: connection.endpoint, deployment, apiVersion: connection.apiVersion },
    credential,
    { fetch: connections.fetchFor(connection) },
  );
  const videos = await services.loadVideos();
  const segments: Segment[] = [];
  let language: string | null = null;
  let spokenSeconds = 0;
  for await (const step of videos.sound(file, { maxBytes: maxSoundBytes }, signal)) {
    if ('doneSeconds' in step) {
      hooks.onStage('sound', step.doneSeconds);
      continue;
    }
    hooks.onStage('words', spokenSeconds);
    const heard = await billed(step, subject, services, signal, () =>
      client.transcribe(step.blob, step.fileName, {
        signal,
        language,
        // The last words tell the next piece how names were written.
        prompt: segments.at(-1)?.text ?? '',
        onWait: (wait) => hooks.onWait({ ...wait, until: clock.now() + wait.waitMs }),
      }),
    );
    hooks.onWait(null);
    language ??= iso639(heard.language);
    segments.push(...inTheWhole(heard, step));
    spokenSeconds = step.endSeconds;
  }
  return { segments, language, from: 'service' };
}

/** What budgets say of transcribing so many seconds; a price that is not known leaves only budgets that are used up. */
export async function judgeTranscribing(
  seconds: number,
  connection: Connection,
  services: Services,
): Promise<BudgetVerdict> {
  const { store, clock } = services;
  const [units, budgets, spent] = await Promise.all([
    unitsOf(seconds, connection, services),
    store.readBudgets(),
    store.readSpent({ ...spendingWindow(clock.now()), connectionId: connection.id }),
  ]);
  const own = spent.connection && { id: connection.id, spent: spent.connection };
  return judge(budgets, budgetLines(budgets, spent.overall, own), costOfMeter(units));
}

/** Minutes of sound, at the price that holds. */
export async function unitsOf(
  seconds: number,
  connection: Connection,
  { connections, prices }: Pick<Services, 'connections' | 'prices'>,
): Promise<Units> {
  const pricing = { catalog: await connections.catalog(), book: prices.book };
  const quantity = Math.round((seconds / 60) * 1000) / 1000;
  return { meter: 'transcription', quantity, price: meterPriceFor('transcription', connection, pricing) };
}

/** Asks, and writes down what it came to, however it ended. */
async function billed(
  piece: SoundPiece,
  subject: TranscribingSubject,
  services: Services,
  signal: AbortSignal,
  ask: () => Promise<Transcription>,
): Promise<Transcription> {
  const { store } = services;
  let heard: Transcription;
  try {
    heard = await ask();
  } catch (thrown) {
    const outcome = signal.aborted ? 'stopped' : 'failed';
    if (signal.aborted || !isTurnedAway(toFailure(thrown)))
      await store.addLedgerEntry({ ...entryOf(subject, services), outcome });
    throw thrown;
  }
  const seconds = heard.durationSeconds ?? piece.endSeconds - piece.startSeconds;
  const units = await unitsOf(seconds, subject.connection, services);
  await store.addLedgerEntry({
    ...entryOf(subject, services),
    outcome: 'complete',
    units,
    costNanos: costOfMeter(units),
  });
  return heard;
}

/** What the service or the network turned away was never listened to. */
function isTurnedAway({ kind, status }: Failure): boolean {
  const isNotSent = kind === 'unreachable' || kind === 'offline' || kind === 'connection-incomplete';
  return isNotSent || kind === 'redirected' || (status !== undefined && status >= 400);
}

function entryOf(
  { connection, deployment, conversationId }: TranscribingSubject,
  { clock, newId, connections }: Services,
): LedgerEntry {
  return {
    id: newId(),
    at: clock.now(),
    kind: 'transcription',
    connectionId: connection.id,
    connectionName: connection.name,
    deployment,
    deploymentType: null,
    model: deployment,
    conversationId,
    messageId: null,
    outcome: 'stopped',
    usage: null,
    units: null,
    estimated: false,
    price: null,
    costNanos: null,
    simulated: connections.isSimulated(connection),
  };
}

/** Times of the piece become times of the video; a text without times is one segment of the piece. */
function inTheWhole({ segments, text }: Transcription, piece: SoundPiece): readonly Segment[] {
  const { startSeconds, endSeconds } = piece;
  if (segments.length === 0)
    return text.trim() === '' ? [] : [{ startSeconds, endSeconds, text: text.trim() }];
  return segments.map((segment) => ({
    ...segment,
    startSeconds: startSeconds + segment.startSeconds,
    endSeconds: startSeconds + segment.endSeconds,
  }));
}

/** Whisper says `english` where it takes `en`: what is no code is not said back to it. */
function iso639(language: string | null): string | null {
  return language !== null && /^[a-z]{2}$/.test(language) ? language : null;
}
