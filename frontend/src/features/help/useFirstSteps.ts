import { useState } from 'react';

export type Step = 'decisions' | 'bot' | 'backtest' | 'start';

interface Kept {
  done: Step[];
  closed: boolean;
}

const KEY = 'tradingbot.first-steps';
const COUNT = 4;

function read(): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '') as Partial<Kept>;
    return { done: Array.isArray(kept.done) ? kept.done : [], closed: kept.closed === true };
  } catch {
    return { done: [], closed: false };
  }
}

/** Which of the first steps were taken in this browser, and whether anybody wants to see them still. */
export function useFirstSteps() {
  const [kept, setKept] = useState(read);
  const keep = (next: Kept) => {
    setKept(next);
    try {
      localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // A browser that keeps nothing shows them again.
    }
  };
  return {
    isShown: !kept.closed && kept.done.length < COUNT,
    done: kept.done,
    take: (step: Step) => {
      keep({ ...kept, done: [...new Set([...kept.done, step])] });
    },
    close: () => {
      keep({ ...kept, closed: true });
    },
  };
}
