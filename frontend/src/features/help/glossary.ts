export interface Term {
  term: string;
  means: string;
}

/** The words of the page, each in a sentence or two; docs/concepts.md says more. */
export const GLOSSARY: readonly Term[] = [
  {
    term: 'Bot',
    means:
      'A set of rules that trades by itself: stocks, indicators, how often it looks, its capital, its risk limits and its hours.',
  },
  { term: 'Tick', means: 'One look of a bot at the market. It sees closed bars only.' },
  {
    term: 'Bar',
    means: 'First, highest, lowest and last price and the volume of a minute, or of a longer time.',
  },
  { term: 'Vote', means: 'What one indicator says of the last closed bar: buy, sell or nothing.' },
  { term: 'Signal', means: 'What the votes of all indicators come to, by the mode you choose.' },
  {
    term: 'Decision',
    means: 'What a tick came to for one stock, with the reason, the votes, the values and every check.',
  },
  { term: 'Entry', means: 'A purchase. It takes its stop and its target to the broker in one order.' },
  { term: 'Exit', means: 'A sale of what a bot holds. No risk limit forbids one.' },
  { term: 'Stop', means: 'An order that rests at the broker and sells when the price falls that far.' },
  { term: 'Target', means: 'An order that rests at the broker and sells when the price has risen that far.' },
  { term: 'Protected', means: 'A stop for all of its shares rests at the broker.' },
  {
    term: 'Unmanaged',
    means: 'The stop rests, but the bot is stopped: only the broker watches the position.',
  },
  {
    term: 'Halt',
    means: 'Nobody buys, one bot or all of them, until you lift it. Exits, stops and targets go on.',
  },
  { term: 'Paused', means: 'The bot buys nothing and still sells by its rules.' },
  { term: 'Stopped', means: 'The bot does nothing. Stops and targets rest at the broker.' },
  { term: 'P&L', means: 'Profit or loss in dollars, fees included as soon as the broker has told them.' },
  {
    term: 'Simulator',
    means: 'The exchange that comes with this product. Its prices and its money are made up.',
  },
  { term: 'Paper', means: 'Alpaca’s practice account: real prices, pretend money.' },
  {
    term: '×10',
    means: 'The simulator’s clock runs ten times as fast as yours. With a broker it is always ×1.',
  },
  { term: 'ET', means: 'New York time, in which the exchange opens and closes.' },
];
