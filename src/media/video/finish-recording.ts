import {
  BlobSource,
  Conversion,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  WEBM,
  WebMOutputFormat,
  type StreamTargetChunk,
} from 'mediabunny';

/**
 * A recording as it came from the recorder does not know how long it is, nor where its key frames are: players
 * cannot jump in it. The same packets, in a container that says both. Nothing is decoded.
 */
export async function finishRecording(recorded: Blob): Promise<Blob> {
  const input = new Input({ source: new BlobSource(recorded), formats: [MP4, WEBM] });
  const mimeType = await input.getMimeType();
  const isMp4 = mimeType.startsWith('video/mp4');
  // Pieces of a Blob lie on the disk when there are many of them; a buffer of an hour's recording would not.
  let finished = new Blob();
  const writable = new WritableStream<StreamTargetChunk>({
    write({ data, position }) {
      const missing = new Uint8Array(Math.max(0, position - finished.size));
      const [before, after] = [finished.slice(0, position), finished.slice(position + data.length)];
      finished = new Blob([before, missing, data, after]);
    },
  });
  const output = new Output({
    format: isMp4 ? new Mp4OutputFormat({ fastStart: false }) : new WebMOutputFormat(),
    target: new StreamTarget(writable, { chunked: true }),
  });
  const conversion = await Conversion.init({ input, output, showWarnings: false });
  if (!conversion.isValid || conversion.discardedTracks.length > 0)
    throw new Error('Its tracks cannot be taken over.');
  await conversion.execute();
  return new Blob([finished], { type: isMp4 ? 'video/mp4' : 'video/webm' });
}
