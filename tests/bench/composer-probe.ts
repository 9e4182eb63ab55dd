import type { Page } from 'playwright';

declare global {
  interface Window {
    /** When the composer could be used and had been painted, in milliseconds since the navigation began. */
    benchUsable?: Promise<number>;
  }
}

/**
 * Watches for the textbox "Message" from before the page's first byte. Usable: there, seen, enabled and editable, in
 * a frame that was painted. The app draws it once its store is open, and not before.
 */
export async function watchComposer(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const isUsable = (): boolean =>
      [...document.querySelectorAll('textarea')].some(
        (field) =>
          (field.ariaLabel ?? field.labels[0]?.textContent?.trim()) === 'Message' &&
          !field.disabled &&
          !field.readOnly &&
          field.getClientRects().length > 0 &&
          !field.closest('[inert], [aria-busy="true"]'),
      );
    window.benchUsable = new Promise((done) => {
      const observer = new MutationObserver(() => {
        if (!isUsable()) return;
        observer.disconnect();
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now());
        // Posted in a frame, it comes after that frame's painting.
        requestAnimationFrame(() => port2.postMessage(null));
      });
      observer.observe(document, { subtree: true, childList: true, attributes: true });
    });
  });
}

/** Milliseconds from navigation to a composer that can be used. The page must have been watched before it loaded. */
export async function composerUsableMs(page: Page): Promise<number> {
  const never = new Promise<never>((_, fail) =>
    setTimeout(() => fail(new Error('No usable textbox "Message" within 30 s.')), 30_000).unref(),
  );
  return Promise.race([page.evaluate(() => window.benchUsable!), never]);
}
