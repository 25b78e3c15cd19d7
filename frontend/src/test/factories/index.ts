/** What the server answers, one of each kind; `factories.test.ts` holds them to the published schema. */
export * from './backtests';
export * from './bots';
export * from './figures';
export * from './market';
export * from './orders';
