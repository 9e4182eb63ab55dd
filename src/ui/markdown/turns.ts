const waiting: (() => void)[] = [];
let scheduled = false;

/**
 * Runs `work` in a task of its own, after all that asked before: highlighting forty code blocks of a long answer
 * leaves the page free between any two. Returns what takes the request back.
 */
export function inTurn(work: () => void): () => void {
  waiting.push(work);
  schedule();
  return () => {
    const at = waiting.indexOf(work);
    if (at !== -1) waiting.splice(at, 1);
  };
}

function schedule(): void {
  if (scheduled || waiting.length === 0) return;
  scheduled = true;
  // Safari has no idle callbacks.
  if ('requestIdleCallback' in window) requestIdleCallback(runNext, { timeout: 500 });
  else setTimeout(runNext, 0);
}

function runNext(): void {
  scheduled = false;
  waiting.shift()?.();
  schedule();
}
