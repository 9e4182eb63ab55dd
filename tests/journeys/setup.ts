import { build } from 'vite';

/** Builds the site once for all journeys: they see what a visitor sees. */
export default async function setup(): Promise<void> {
  if (process.env['SKIP_BUILD']) return;
  await build({ logLevel: 'warn' });
}
