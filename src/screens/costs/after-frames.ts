/**
 * Resolves in a task of its own, after `frames` were drawn: what is below the fold is built when what is above it is in
 * view, and no single task takes long.
 */
export function afterFrames(frames: number): Promise<void> {
  return new Promise((done) => {
    const step = (left: number): void => {
      if (left > 0) requestAnimationFrame(() => step(left - 1));
      else setTimeout(done);
    };
    step(frames);
  });
}
