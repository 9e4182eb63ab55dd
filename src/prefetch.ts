import { withWords } from '#language';
import type { Desk } from '#state/desk.svelte.ts';

let underWay = false;

/** A part that cannot be fetched ahead of time is no trouble yet. */
export function isPrefetching(): boolean {
  return underWay;
}

/** Fetches what the first question needs, once the page is idle: so that nothing waits then, not even offline. */
export function prefetchWhenIdle(desk: Desk): void {
  // Safari has no requestIdleCallback; a second after the start is idle enough.
  const whenIdle = globalThis.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 1_000));
  whenIdle(() => void prefetch(desk));
}

async function prefetch(desk: Desk): Promise<void> {
  underWay = true;
  await Promise.allSettled([
    withWords(import('#screens/chat/AttachmentList.svelte')),
    desk.services.loadPictures().then((pictures) => pictures.warm()),
    desk.followBudgets(),
    desk.services.store.warm(),
    import('#screens/chat/ConversationView.svelte'),
    import('#screens/chat/FailureNotice.svelte'),
    import('#ui/markdown/Markdown.svelte'),
    import('#domain/turn.ts'),
    import('#state/answer-call.ts'),
    import('#state/attach-file.ts'),
    import('#state/request-figures.ts'),
    import('#azure'),
  ]);
  underWay = false;
}
