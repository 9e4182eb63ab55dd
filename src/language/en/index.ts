import type { Translation } from '../translation.ts';
import { chat } from './chat.ts';
import { connections } from './connections.ts';
import { failures } from './failures.ts';
import { frame } from './frame.ts';
import { settings } from './settings.ts';

const english = { frame, chat, failures, connections, settings };

export type Messages = Translation<typeof english>;
export const messages: Messages = english;
