import type { Messages } from '../en/index.ts';
import { chat } from './chat.ts';
import { connections } from './connections.ts';
import { failures } from './failures.ts';
import { frame } from './frame.ts';
import { porch } from './porch.ts';
import { settings } from './settings.ts';

const chinese: Messages = { frame, chat, failures, connections, porch, settings };

export const messages = chinese;
