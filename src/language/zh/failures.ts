import type { failures as English } from '../en/failures.ts';
import type { Translation } from '../translation.ts';

export const failures: Translation<typeof English> = {};
