import { chat } from './chat.ts';
import { frame } from './frame.ts';
import { porch } from './porch.ts';

/** The texts of the first screen. */
export const first = { chat, frame, porch };
