import type { connections as English } from '../en/connections.ts';
import type { Translation } from '../translation.ts';

export const connections: Translation<typeof English> = {};
