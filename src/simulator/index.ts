/** A local Azure OpenAI for tests, for `npm start`, and inside the published page. Entered only by `import()`. */
import { simulatedContainer } from './blob-storage.ts';
import { hearingDeployments } from './hearing.ts';
import { asSeenByPage } from './in-page.ts';
import { scenarios } from './scenarios.ts';
import { createSimulator, type Simulator } from './simulator.ts';
import type { Pause, SimulatorOptions } from './surroundings.ts';

export { asSeenByPage, createSimulator, simulatedContainer, type Simulator };
export type { Pause, SimulatorOptions };

export interface SimulatedDeployment {
  readonly name: string;
  /** Id of its model in the catalogue. */
  readonly model: string;
  /** One sentence, in English: what happens there. */
  readonly does: string;
}

/** What can be asked, by name; the plain ones first. */
export const deployments: readonly SimulatedDeployment[] = scenarios.map(({ name, model, does }) => ({
  name,
  model,
  does,
}));

/** What transcribes; `model` is the model's own name, for the catalogue lists only what sees. */
export const transcriptionDeployments: readonly SimulatedDeployment[] = hearingDeployments.map(
  ({ name, model, does }) => ({ name, model, does }),
);

/** The simulator of a page: shows what a browser would show. Without a counter, text is counted roughly. */
export function createPageSimulator(options: Pick<SimulatorOptions, 'countBilled'> = {}): Simulator {
  return asSeenByPage(createSimulator(options));
}
