const EVERY_MS = 3000;

/** Each browser has its own words for a part of the page that could not be fetched. */
const WORDS = /dynamically imported module|importing a module script failed|unable to preload css/i;

export function isCodeMissing(error: unknown): boolean {
  return error instanceof Error && WORDS.test(error.message);
}

/** Loads the page anew once the server answers; returns what ends the waiting. */
export function reloadWhenBack(
  ask: () => Promise<boolean> = answers,
  reload: () => void = () => {
    window.location.reload();
  },
): () => void {
  let isOver = false;
  const timer = setInterval(() => {
    void ask().then((isBack) => {
      if (!isBack || isOver) return;
      isOver = true;
      clearInterval(timer);
      reload();
    });
  }, EVERY_MS);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch('/health/live', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}
