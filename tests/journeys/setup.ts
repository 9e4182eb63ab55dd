import { build } from 'vite';

/** Builds the site once for all journeys: they see what a visitor sees. */
export default async function setup(): Promise<void> {
  if (process.env['SKIP_BUILD']) return;
  const outDir = process.env['SITE_FOLDER'];
  await build({ logLevel: 'warn', ...(outDir ? { build: { outDir, emptyOutDir: true } } : {}) });
}
