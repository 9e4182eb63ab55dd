import type { Room } from './room.ts';

export interface PreferenceVerbs {
  /** Whatever was saved, of any version of this app: the reader checks each value. Empty at first. */
  readPreferences(): Promise<Preferences>;
  /** Lays the given values over the kept ones and returns all; two tabs that change different ones keep both. */
  savePreferences(changed: Preferences): Promise<Preferences>;
}

export type Preferences = Readonly<Record<string, unknown>>;

export function preferenceVerbs({ database, announce }: Room): PreferenceVerbs {
  return {
    async readPreferences() {
      const stored = await database.read(['meta'], (tx) => tx.objectStore('meta').get('preferences'));
      return stored?.id === 'preferences' ? stored.values : {};
    },

    savePreferences: (changed) =>
      database.write(['meta'], async (tx, afterwards) => {
        const stored = await tx.objectStore('meta').get('preferences');
        const values = { ...(stored?.id === 'preferences' ? stored.values : {}), ...changed };
        await tx.objectStore('meta').put({ id: 'preferences', values });
        afterwards(() => announce({ kind: 'preferences', id: 'preferences' }));
        return values;
      }),
  };
}
