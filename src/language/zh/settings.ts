import type { settings as English } from '../en/settings.ts';
import type { Translation } from '../translation.ts';

export const settings: Translation<typeof English> = {};
