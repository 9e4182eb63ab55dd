import type { Translation } from '../translation.ts';
import type { reading as english } from '../en/reading.ts';

export const reading: Translation<typeof english> = {};
