import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import * as make from './factories';

/** The schema that the server is tested against: what is made up here must be what it could answer. */
const schema = parse(readFileSync('../docs/openapi.yaml', 'utf8')) as { components: object };

/** OpenAPI 3.0 says `nullable` also where there is no type; JSON Schema has no word for that. */
function withNull(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNull);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, withNull(value)]),
  );
  if (nullable !== true) return rest;
  return 'type' in rest ? { ...rest, nullable } : { anyOf: [{ type: 'null' }, rest] };
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
// As the server writes them: plain digits, no needless zeros.
ajv.addFormat('decimal', /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
ajv.addSchema({ $id: 'api', components: withNull(schema.components) as object });

function validator(name: string): ValidateFunction {
  return ajv.compile({ $ref: `api#/components/schemas/${name}` });
}

it.each([
  ['Bot', make.makeBot()],
  ['SavedTemplate', make.makeTemplate()],
  ['Alert', make.makeAlert()],
  ['Position', make.makePosition()],
  ['Trade', make.makeTrade()],
  ['Halt', make.makeHalt()],
  ['Decision', make.makeDecision()],
  ['MarketStatus', make.makeMarketStatus()],
  ['Summary', make.makeSummary()],
  ['MarketData', make.makeMarketData()],
  ['TradeStats', make.makeTradeStats()],
  ['Analytics', make.makeAnalytics()],
  ['Exposure', make.makeExposure()],
  ['Backtest', make.makeBacktest()],
  ['BacktestDetail', make.makeBacktestDetail()],
])('a made-up %s is one that the server could answer', (name, value) => {
  const valid = validator(name);
  valid(value);
  expect(valid.errors ?? []).toEqual([]);
});

it('finds what the server would not answer', () => {
  const valid = validator('Position');
  expect(valid({ ...make.makePosition(), quantity: '12.000' })).toBe(false);
  expect(valid({ ...make.makePosition(), protection: 'perhaps' })).toBe(false);
  const { version, ...rest } = make.makePosition();
  expect([version, valid(rest)]).toEqual([3, false]);
});
