import type { Translation } from '../translation.ts';
import type { evidence as english } from '../en/evidence.ts';

export const evidence: Translation<typeof english> = {};
