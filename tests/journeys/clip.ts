import type { Page } from 'playwright';

export interface Clip {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/**
 * A video with speech-like sound, recorded in the page as a person records one: each second has its own colour and
 * carries its time in large figures; the sound comes in syllables, with pauses between words.
 */
export async function recordClip(page: Page, seconds: number, name = 'clip'): Promise<Clip> {
  const { mimeType, base64 } = await page.evaluate(async (length) => {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 360;
    const context = canvas.getContext('2d')!;
    const audio = new AudioContext();
    const sound = audio.createMediaStreamDestination();
    const voice = audio.createOscillator();
    const mouth = audio.createGain();
    voice.type = 'sawtooth';
    voice.frequency.value = 140;
    voice.connect(mouth).connect(sound);
    for (let at = 0; at < length; at += 0.25) {
      const isPause = at % 2 >= 1.5;
      mouth.gain.setValueAtTime(isPause ? 0 : 0.5, audio.currentTime + at);
      mouth.gain.setValueAtTime(isPause ? 0 : 0.1, audio.currentTime + at + 0.15);
    }
    voice.start();
    const stream = canvas.captureStream(25);
    stream.addTrack(sound.stream.getAudioTracks()[0]!);
    const types = ['video/mp4;codecs=avc1.42E01E,mp4a.40.2', 'video/mp4;codecs=vp9,opus', 'video/webm'];
    const mimeType = types.find((type) => MediaRecorder.isTypeSupported(type))!;
    const recorder = new MediaRecorder(stream, { mimeType });
    const chunks: Blob[] = [];
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    recorder.start();
    const began = performance.now();
    await new Promise<void>((done) => {
      const draw = (): void => {
        const at = (performance.now() - began) / 1000;
        context.fillStyle = ['#c03020', '#20a040', '#2040c0', '#c0b020'][Math.floor(at) % 4]!;
        context.fillRect(0, 0, 640, 360);
        context.fillStyle = '#ffffff';
        context.font = '96px sans-serif';
        context.fillText(at.toFixed(1), 220, 210);
        if (at < length) requestAnimationFrame(draw);
        else done();
      };
      draw();
    });
    await new Promise<void>((done) => {
      recorder.onstop = () => done();
      recorder.stop();
    });
    await audio.close();
    const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { mimeType: mimeType.split(';')[0]!, base64: btoa(binary) };
  }, seconds);
  return {
    name: `${name}.${mimeType === 'video/mp4' ? 'mp4' : 'webm'}`,
    mimeType,
    buffer: Buffer.from(base64, 'base64'),
  };
}
