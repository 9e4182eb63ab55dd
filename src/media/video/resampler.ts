/** Zero crossings of the kernel on each side: steep enough that hisses do not fold down into speech. */
const crossings = 8;
/** Places between two samples that the kernel is worked out for. */
const phases = 256;

/**
 * Turns samples of one rate into another, piece after piece without a seam (a windowed sinc; lowers its corner with
 * the rate). The first sample that comes out is the first that went in; the last few wait for what follows.
 */
export function createResampler(from: number, to: number): (samples: Float32Array) => Float32Array {
  if (from === to) return (samples) => samples;
  const ratio = from / to;
  const corner = Math.min(1, to / from) * 0.94;
  const reach = Math.ceil(crossings / corner);
  const kernels = Array.from({ length: phases + 1 }, (_, phase) => kernelOf(phase / phases, corner, reach));
  let held: Float32Array = new Float32Array(reach);
  let position = reach;

  return (samples) => {
    const all = new Float32Array(held.length + samples.length);
    all.set(held);
    all.set(samples, held.length);
    const out = new Float32Array(Math.max(0, Math.ceil((all.length - reach - position) / ratio)));
    for (let at = 0; at < out.length; at += 1) {
      const exact = position + at * ratio;
      const whole = Math.floor(exact);
      const kernel = kernels[Math.round((exact - whole) * phases)]!;
      const start = whole - reach + 1;
      let sum = 0;
      for (let tap = 0; tap < kernel.length; tap += 1) sum += all[start + tap]! * kernel[tap]!;
      out[at] = sum;
    }
    position += out.length * ratio;
    const done = Math.max(0, Math.floor(position) - reach);
    held = all.slice(done);
    position -= done;
    return out;
  };
}

/** Weights of the samples around a place, which sum to one. */
function kernelOf(fraction: number, corner: number, reach: number): Float32Array {
  const taps = Float32Array.from({ length: reach * 2 }, (_, tap) => {
    const x = tap - reach + 1 - fraction;
    const angle = Math.PI * x * corner;
    const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
    return Math.abs(x) >= reach ? 0 : sinc * Math.cos((Math.PI * x) / (2 * reach)) ** 2;
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}
