import { connections } from './connections.ts';
import { conversation } from './conversation.ts';
import { failures } from './failures.ts';
import { settings } from './settings.ts';

/** Texts that are read on purpose or in trouble; fetched once the first screen is in use. */
export const rest = { connections, conversation, failures, settings };
