import { canRecord, startRecording, type Recording } from '#media';
import { expect, onTestFinished, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { makeVideo } from './made-video.ts';
import { collect, colourOf, openVideos } from './videos.ts';

/** A screen that changes its colour every half second, and a tone. */
async function openScreen() {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
  const context = canvas.getContext('2d')!;
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const isFirst = Math.floor((performance.now() - startedAt) / 500) % 2 === 0;
    context.fillStyle = isFirst ? 'rgb(200 30 30)' : 'rgb(30 30 200)';
    context.fillRect(0, 0, 320, 180);
    // A still picture would not be sent again.
    context.fillStyle = `rgb(${Math.random() * 255} 0 0)`;
    context.fillRect(0, 0, 4, 4);
  }, 40);
  const audio = new AudioContext();
  const tone = new OscillatorNode(audio, { frequency: 440 });
  const heard = audio.createMediaStreamDestination();
  tone.connect(heard);
  tone.start();
  // Sound is only made for somebody who has done something.
  await userEvent.click(document.body);
  await audio.resume();
  onTestFinished(async () => {
    clearInterval(timer);
    await audio.close();
  });
  return new MediaStream([...canvas.captureStream(25).getTracks(), ...heard.stream.getTracks()]);
}

function record(stream: MediaStream, name = 'Screen recording 2026-11-23 10.15') {
  const { videos, workers } = openVideos();
  const recording = startRecording(stream, { name, videos });
  onTestFinished(() => recording.cancel());
  return { recording, videos, workers };
}

/** Recorders start in their own time. */
async function recorded(recording: Recording, seconds: number): Promise<void> {
  await vi.waitFor(() => expect(recording.bytes).toBeGreaterThan(0), 10_000);
  await new Promise((later) => setTimeout(later, seconds * 1000));
}

test('what can be recorded is told', () => {
  expect(canRecord()).toEqual({ screen: true, camera: true });
});

test('a recording becomes a file with its length, that players can jump in', async () => {
  const stream = await openScreen();
  const { recording, videos, workers } = record(stream);
  await recorded(recording, 2);
  const file = await recording.stop();
  const elapsed = recording.elapsedSeconds;
  expect(elapsed).toBeGreaterThan(2);
  expect(file.name).toMatch(/^Screen recording 2026-11-23 10\.15\.(mp4|webm)$/);
  expect(file.type).toBe(recording.mimeType);
  expect(file.name.endsWith(file.type.replace('video/', '.'))).toBe(true);
  expect(stream.getTracks().map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
  expect(workers.running).toBe(0);

  const read = await videos.readVideo(file);
  expect(read).toMatchObject({ ok: true, widthPx: 320, heightPx: 180, sound: { isDecodable: true } });
  expect(Math.abs((read.ok ? read.durationSeconds : 0) - elapsed)).toBeLessThan(1);
  const frames = await collect(
    videos.frames(file, [0.3, 1, 1.7], { maxSidePx: 320, quality: 0.9, toleranceSeconds: 0 }),
  );
  expect(frames).toHaveLength(3);
  for (const frame of frames) expect(Math.max(...(await colourOf(frame)))).toBeGreaterThan(150);

  const video = document.createElement('video');
  const url = URL.createObjectURL(file);
  onTestFinished(() => URL.revokeObjectURL(url));
  video.src = url;
  await new Promise((done) => video.addEventListener('loadedmetadata', done, { once: true }));
  expect(Math.abs(video.duration - elapsed)).toBeLessThan(1);
  video.currentTime = 1.2;
  await new Promise((done) => video.addEventListener('seeked', done, { once: true }));
  expect(video.currentTime).toBeCloseTo(1.2, 1);
});

test('a recording ends when the screen is no longer shared, though the microphone goes on', async () => {
  const stream = await openScreen();
  const { recording } = record(stream);
  await recorded(recording, 0.5);
  const [picture] = stream.getVideoTracks();
  picture!.stop();
  // Stopped by the page itself a track tells nothing; by the browser's own button it does.
  picture!.dispatchEvent(new Event('ended'));
  const file = await recording.finished;
  expect(file.size).toBeGreaterThan(1000);
  expect(stream.getAudioTracks()[0]!.readyState).toBe('ended');
  const stoodStill = recording.elapsedSeconds;
  await new Promise((later) => setTimeout(later, 30));
  expect(recording.elapsedSeconds).toBe(stoodStill);
  expect(await recording.stop()).toBe(file);
});

test('a cancelled recording leaves nothing, and no camera on', async () => {
  const stream = await openScreen();
  const { recording } = record(stream);
  await recorded(recording, 0.2);
  recording.cancel();
  await expect(recording.finished).rejects.toMatchObject({ name: 'AbortError' });
  await expect(recording.stop()).rejects.toMatchObject({ name: 'AbortError' });
  expect(stream.getTracks().every(({ readyState }) => readyState === 'ended')).toBe(true);
});

test('where its length cannot be written, what was recorded is kept as it came, and can still be read', async () => {
  const stream = await openScreen();
  const refused = openVideos({ startWorker: () => new Worker('data:text/javascript,throw 1') });
  const recording = startRecording(stream, { name: 'Camera', videos: refused.videos });
  onTestFinished(() => recording.cancel());
  await recorded(recording, 1.2);
  const file = await recording.stop();
  const read = await openVideos().videos.readVideo(file);
  expect(read.ok && Math.abs(read.durationSeconds - recording.elapsedSeconds)).toBeLessThan(1);
});

test('a recorder that writes no length into WebM: it is told from the packets, and written', async () => {
  const stream = await openScreen();
  const recorder = new MediaRecorder(stream, { mimeType: 'video/webm;codecs="vp8,opus"' });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const started = new Promise((done) => recorder.addEventListener('start', done));
  recorder.start(200);
  await started;
  const startedAt = performance.now();
  await new Promise((later) => setTimeout(later, 2_500));
  const stopped = new Promise((done) => recorder.addEventListener('stop', done));
  recorder.stop();
  const elapsed = (performance.now() - startedAt) / 1000;
  await stopped;
  const raw = new Blob(pieces, { type: 'video/webm' });
  expect(await playedSeconds(raw)).toBe(Infinity);

  const { videos } = openVideos();
  const read = await videos.readVideo(raw);
  expect(read.ok && Math.abs(read.durationSeconds - elapsed)).toBeLessThan(1);
  expect(await openVideos({ canDecode: false }).videos.readVideo(raw)).toMatchObject({
    ok: true,
    durationSeconds: read.ok && read.durationSeconds,
  });
  // It has no index either: its frames are found all the same, by either way.
  const options = { maxSidePx: 160, quality: 0.9, toleranceSeconds: 0 };
  const moments = [0, 0.3, 0.9, 1.2, 1.6, 2];
  for (const canDecode of [true, false]) {
    const frames = await collect(openVideos({ canDecode }).videos.frames(raw, moments, options));
    expect(frames.map(({ atSeconds }, at) => Math.abs(atSeconds - moments[at]!) < 0.25)).toEqual(
      moments.map(() => true),
    );
  }
  const [one] = await collect(videos.frames(raw, [2], { ...options, toleranceSeconds: 0.5 }));
  expect(Math.abs(one!.atSeconds - 2)).toBeLessThan(0.5);
  const finished = await videos.finishRecording(raw);
  expect(finished.type).toBe('video/webm');
  expect(Math.abs((await playedSeconds(finished)) - elapsed)).toBeLessThan(1);
});

async function playedSeconds(blob: Blob): Promise<number> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(blob);
  video.src = url;
  await new Promise((done) => video.addEventListener('loadedmetadata', done, { once: true }));
  URL.revokeObjectURL(url);
  return video.duration;
}

test('finishing takes over every packet of picture and sound', async () => {
  const { videos } = openVideos();
  const made = await makeVideo({ seconds: 6, spoken: [[0, 6]], codec: 'vp9' });
  const finished = await videos.finishRecording(made);
  const [before, after] = [await videos.readVideo(made), await videos.readVideo(finished)];
  expect(before).toMatchObject({ ok: true });
  expect(after).toMatchObject({ ok: true, videoCodec: before.ok && before.videoCodec });
  expect(after.ok && before.ok && Math.abs(after.durationSeconds - before.durationSeconds)).toBeLessThan(
    0.05,
  );
  const options = { maxSidePx: 160, quality: 0.9, toleranceSeconds: 0 };
  const moments = Array.from({ length: 60 }, (_, at) => at / 10 + 0.05);
  expect(await collect(videos.frames(finished, moments, options))).toHaveLength(60);
  await expect(videos.finishRecording(new Blob(['words']))).rejects.toMatchObject({
    failure: { kind: 'video-unreadable' },
  });
});
