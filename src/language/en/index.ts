import type { Translation } from '../translation.ts';
import { chat } from './chat.ts';
import { connections } from './connections.ts';
import { failures } from './failures.ts';
import { frame } from './frame.ts';
import { porch } from './porch.ts';
import { settings } from './settings.ts';

const english = { frame, chat, failures, connections, porch, settings };

export type Messages = Translation<typeof english>;
export const messages: Messages = english;
