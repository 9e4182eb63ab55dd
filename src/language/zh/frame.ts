import type { frame as English } from '../en/frame.ts';
import type { Translation } from '../translation.ts';

export const frame: Translation<typeof English> = {};
