import { useMemo, useState } from 'react';

/** Which rows are chosen, on this page of the list and on others. */
export interface Selection {
  ids: readonly number[];
  has: (id: number) => boolean;
  set: (ids: readonly number[], chosen: boolean) => void;
  clear: () => void;
}

export function useSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  return useMemo(
    () => ({
      ids: [...chosen],
      has: (id) => chosen.has(id),
      set: (ids, isChosen) => {
        setChosen((before) => {
          const after = new Set(before);
          for (const id of ids) {
            if (isChosen) after.add(id);
            else after.delete(id);
          }
          return after;
        });
      },
      clear: () => {
        setChosen(new Set());
      },
    }),
    [chosen],
  );
}
