import { ApiError, describeError, isConflict, isSessionOver, isUnknown, NetworkError } from './errors';

interface Words {
  /** What may have happened without our knowing: "it is not known whether …". */
  done: string;
  /** Where that can be seen, and what pressing again does. */
  look: string;
}

/** Everything a person can ask the server to do. */
const ACTS = {
  logIn: { done: 'you are logged in', look: 'Try it again.' },
  logOut: { done: 'you are logged out', look: 'Try it again.' },
  createBot: {
    done: 'the bot was created',
    look: 'The list of bots shows it; one of the same name is never created twice.',
  },
  saveBot: {
    done: 'the changes are saved',
    look: 'The versions beside the form show it; save again if they do not.',
  },
  rollBackBot: { done: 'it was rolled back', look: 'The list of versions shows it.' },
  archiveBot: { done: 'it is archived', look: 'The list of bots shows it.' },
  startBot: { done: 'it was started', look: 'Its status shows it.' },
  pauseBot: { done: 'it was paused', look: 'Its status shows it.' },
  stopBot: { done: 'it was stopped', look: 'Its status and its positions show it.' },
  saveTemplate: {
    done: 'the template is saved',
    look: 'The templates of a new bot show it; one of the same name is never kept twice.',
  },
  deleteTemplate: { done: 'it is deleted', look: 'The templates of a new bot show it.' },
  bots: { done: 'it was done to all of them', look: 'Their status in the list shows it.' },
  closePosition: {
    done: 'the shares are being sold',
    look: 'The position shows it; pressing again does not sell twice.',
  },
  moveLevels: {
    done: 'stop or target are being moved',
    look: 'The position shows it; asking for the same price again does no harm.',
  },
  cancelOrder: {
    done: 'the order is being cancelled',
    look: 'The working orders show it; pressing again does no harm.',
  },
  renameSymbol: {
    done: 'the new symbol was taken over',
    look: 'The positions show it; what was taken over once is not taken over again.',
  },
  setHalt: {
    done: 'entries are halted',
    look: 'A halt is shown above every page; press again if there is none.',
  },
  clearHalt: { done: 'the halt is cleared', look: 'A halt is shown above every page until it is cleared.' },
  noteTrade: { done: 'the note is saved', look: 'Saving it again does no harm.' },
  runBacktest: { done: 'the backtest was begun', look: 'The list of runs shows it.' },
  cancelBacktest: { done: 'it was cancelled', look: 'Its state shows it.' },
  deleteBacktest: { done: 'it was deleted', look: 'The list of runs shows it.' },
} as const satisfies Record<string, Words>;

export type Act = keyof typeof ACTS;

/** As REST frameworks say it after their own words; we say when in ours. */
const EXPECTED = / *Expected available in \d+ seconds?\./;

function wait(seconds: number | null): string {
  if (seconds === null) return 'in a moment';
  return seconds < 90 ? `in ${Math.max(1, seconds)} s` : `in ${Math.ceil(seconds / 60)} min`;
}

function sentence(text: string): string {
  return /[.!?”]$/.test(text) ? text : `${text}.`;
}

/**
 * What a person is told when the server did not do what was asked, or nobody knows: what happened, whether anything was
 * done, and how to go on.
 *
 * @param labels What the page calls the fields the server may complain about.
 */
export function describeAct(error: unknown, act: Act, labels: Readonly<Record<string, string>> = {}): string {
  const { done, look } = ACTS[act];
  if (isSessionOver(error)) {
    return 'Your session is over, and nothing was done. Log in again: what you typed stays here.';
  }
  if (isUnknown(error)) {
    // Only these say what was the matter; a fault of the server is in its log.
    const isTold = error instanceof NetworkError || (error instanceof ApiError && error.status === 503);
    return `${isTold ? error.message : 'The server failed'}: it is not known whether ${done}. ${look}`;
  }
  if (!(error instanceof ApiError)) return describeError(error);
  if (error.status === 429) {
    const words = sentence(error.message.replace(EXPECTED, ''));
    return `${words} Nothing was done: try it again ${wait(error.retryAfter)}.`;
  }
  if (isConflict(error)) {
    return `${sentence(error.message)} Nothing was done. The page is read again: look at what has changed before you try it again.`;
  }
  if (error.fields.length > 0) {
    return error.fields.map(({ field, message }) => `${labels[field] ?? field}: ${message}`).join(' · ');
  }
  return error.message;
}
