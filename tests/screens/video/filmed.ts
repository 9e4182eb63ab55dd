import { BufferTarget, CanvasSource, Output, WebMOutputFormat } from 'mediabunny';

/** A ball that rises over hills while the day goes by: a video in which each moment looks like one. */
export async function filmDay(seconds = 24, name = 'A day in the hills.webm'): Promise<File> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const [width, height] = [640, 360];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  const source = new CanvasSource(canvas, { codec: 'vp8', bitrate: 800_000, keyFrameInterval: 1 });
  const framesASecond = 4;
  output.addVideoTrack(source, { frameRate: framesASecond });
  await output.start();
  for (let frame = 0; frame < seconds * framesASecond; frame += 1) {
    const at = frame / framesASecond;
    const share = at / seconds;
    context.fillStyle = `hsl(${210 + 150 * share} ${60 - 20 * share}% ${72 - 50 * share}%)`;
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#ffd75e';
    context.beginPath();
    context.arc(60 + 520 * share, 220 - 150 * Math.sin(Math.PI * share), 34, 0, 2 * Math.PI);
    context.fill();
    for (const [colour, top, length] of [
      ['#6d8f5b', 240, 260],
      ['#48683f', 280, 180],
    ] as const) {
      context.fillStyle = colour;
      context.beginPath();
      context.moveTo(0, height);
      for (let x = 0; x <= width; x += 8) context.lineTo(x, top + 28 * Math.sin((x / length) * 2 * Math.PI));
      context.lineTo(width, height);
      context.fill();
    }
    await source.add(at, 1 / framesASecond);
  }
  await output.finalize();
  return new File([target.buffer!], name, { type: 'video/webm' });
}
