import type { Costs } from '#state/costs.svelte.ts';

/** What the screen shows and asks for; a test hands in its own. */
export type CostsView = Pick<Costs, keyof Costs>;

export type Period = CostsView['period'];
