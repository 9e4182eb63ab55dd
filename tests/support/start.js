import process from 'node:process';
import { build, runnerImport } from 'vite';

/** `npm start`: builds the app, serves it and the simulator on two loopback origins, and says where to go. */
await build({ logLevel: 'warn' });
const { module } = await runnerImport('./tests/support/local.ts');
const { site, simulator } = await module.startLocal();

console.log(
  `\nSightline: open ${site.url} in a browser (Azure simulator on ${simulator.origin}; Ctrl+C stops both)\n`,
);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
