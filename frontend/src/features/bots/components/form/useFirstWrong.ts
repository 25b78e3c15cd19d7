import { useEffect, useReducer, useRef, type RefObject } from 'react';

interface FirstWrong {
  element: RefObject<HTMLFormElement | null>;
  focusFirstWrong: () => void;
}

/** Focuses the first wrong field of a form as one sees it, or what is said of several, once it is shown. */
export function useFirstWrong(): FirstWrong {
  const element = useRef<HTMLFormElement>(null);
  const waits = useRef(false);
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!waits.current) return;
    const wrong = element.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-wrong]');
    if (!wrong) return;
    waits.current = false;
    wrong.focus();
  });
  return {
    element,
    focusFirstWrong: () => {
      waits.current = true;
      render();
    },
  };
}
