import type { Segment } from '#domain/transcript.ts';

const PART_SECONDS = 5;

/**
 * What is "said" in sound that nobody listened to: it says so itself, a part every five seconds of the real length.
 * One part where the length is not known.
 */
export function simulatedSpeech(seconds: number | null, language = 'en'): readonly Segment[] {
  const length = seconds ?? PART_SECONDS;
  const parts = Math.max(1, Math.ceil(length / PART_SECONDS - 0.2));
  return Array.from({ length: parts }, (_, at) => ({
    startSeconds: at * PART_SECONDS,
    endSeconds: at === parts - 1 ? length : (at + 1) * PART_SECONDS,
    text: /^zh/i.test(language)
      ? `模拟语音，没有人听过，第 ${at + 1} 段，共 ${parts} 段。`
      : `Simulated speech that nobody listened to, part ${at + 1} of ${parts}.`,
  }));
}
