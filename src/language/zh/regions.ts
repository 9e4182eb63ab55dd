import type { Translation } from '../translation.ts';
import type { regions as english } from '../en/regions.ts';

export const regions: Translation<typeof english> = {};
