/** How text becomes tokens: exactly in a worker, roughly where that cannot be. */
export { createTokenCounter, type TokenCount, type TokenCounter } from './token-counter.ts';
