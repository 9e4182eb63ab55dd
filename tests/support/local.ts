import { resolve } from 'node:path';
import { serveSite, type Site } from './serve-site.ts';
import { startSimulatorServer } from './simulator-server.ts';

const sitePort = 4173;
const simulatorPort = 4174;

/** The built site and the simulator, each on an origin of its own, so that CORS is real. */
export async function startLocal(): Promise<{ site: Site; simulator: { origin: string } }> {
  const simulator = await startSimulatorServer({ port: simulatorPort });
  const site = await serveSite({
    folder: resolve('dist'),
    port: sitePort,
    simulatorOrigin: simulator.origin,
  });
  return { site, simulator };
}
