import { describe, expect, test } from 'vitest';
import { answerTimes, citedMoments, videosIn } from '#domain/answer-times.ts';
import type { UserMessage, VideoDocumentPart, VideoPart } from '#domain/conversation.ts';

const video = (videoId: string, durationSeconds: number): VideoPart => ({
  kind: 'video',
  videoId,
  name: `${videoId}.mp4`,
  durationSeconds,
  transcript: null,
  fingerprint: videoId,
});
const indexed: VideoDocumentPart = {
  kind: 'video-document',
  videoId: 'v9',
  name: 'indexed.mp4',
  documentId: 'd9',
  indexName: 'i',
};
const message = (...parts: UserMessage['parts']): UserMessage => ({
  role: 'user',
  id: 'm',
  conversationId: 'c',
  parentId: null,
  seq: 1,
  createdAt: 0,
  rev: 0,
  parts,
});

describe('times of an answer', () => {
  test('mean the newest video that is long enough', () => {
    const videos = videosIn([
      message(video('long', 600)),
      message({ kind: 'text', text: 'a' }, video('short', 60)),
    ]);
    const found = answerTimes('At [00:30], then [05:00], never [20:00].', videos);
    expect(found.map(({ fromSeconds, video }) => [fromSeconds, video.videoId])).toEqual([
      [30, 'short'],
      [300, 'long'],
    ]);
  });

  test('may be rounded up to the very end, and no further', () => {
    const videos = [video('v', 10.4)];
    expect(answerTimes('[00:11] [00:12]', videos).map(({ fromSeconds }) => fromSeconds)).toEqual([11]);
  });

  test('without a video there is none; of an index, the length is not known', () => {
    expect(answerTimes('[00:30]', [])).toEqual([]);
    expect(answerTimes('[59:30]', [video('v', 60), indexed])[0]?.video).toBe(indexed);
  });
});

describe('moments that are named', () => {
  test.each([
    ['the nearest', [7.9, 8.6, 20], [[8, 8]], [7.9]],
    ['none near enough', [5, 20], [[8, 8]], []],
    ['all of a range', [5, 10, 15, 20], [[9, 16]], [10, 15]],
    ['the ends of a range, rounded', [9.3, 16.8], [[10, 16]], [9.3, 16.8]],
    ['nothing', [5], [], []],
  ] as const)('%s', (_, moments, times, expected) => {
    const marks = times.map(([fromSeconds, toSeconds]) => ({ fromSeconds, toSeconds }));
    expect([...citedMoments(moments, marks)]).toEqual(expected);
  });
});
