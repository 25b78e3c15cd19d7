import type { IndicatorCatalogue } from '@/types/domain';
import type { BotDraft } from './draft';
import { indicatorKey, isCustom, kindOf, votes, type IndicatorDraft } from './indicatorDraft';
import { numberProblem, type Problems } from './numberProblem';
import { knownColumns, unknownName } from './ruleNames';
import { countsVotes } from './signalNeeds';

const MOST = 20;

function parameterProblems(draft: IndicatorDraft, path: string, catalogue: IndicatorCatalogue): Problems {
  const problems: Problems = {};
  const properties = kindOf(draft.name, catalogue)?.parameters.properties ?? {};
  for (const [name, text] of Object.entries(draft.params)) {
    const property = properties[name];
    const at = `${path}.params.${name}`;
    if (!property) {
      problems[at] = 'is not a parameter';
    } else if (text.trim() === '') {
      if (!property.nullable) problems[at] = 'is required';
    } else if (property.type === 'integer' || property.type === 'number') {
      const problem = numberProblem(text, property.type === 'integer', property);
      if (problem) problems[at] = problem;
    }
  }
  return problems;
}

function customProblems(draft: IndicatorDraft, path: string, catalogue: IndicatorCatalogue): Problems {
  const problems: Problems = {};
  if (draft.name.trim() === '') problems[`${path}.name`] = 'give it a name';
  else if (kindOf(draft.name.trim(), catalogue)) {
    problems[`${path}.name`] = `${draft.name} is the name of a built-in indicator`;
  }
  if (draft.pandasTa.trim() === '') problems[`${path}.pandasTa`] = 'choose a function';
  const columns = knownColumns(draft, catalogue);
  for (const side of ['buy', 'sell'] as const) {
    const unknown = columns && unknownName(draft[side], columns);
    if (unknown) {
      problems[`${path}.${side}`] = `${unknown} is not a column of ${draft.pandasTa}: ${columns.join(', ')}`;
    }
  }
  if (!draft.buy.trim() && !draft.sell.trim()) problems[`${path}.buy`] = 'say when it buys, or when it sells';
  return problems;
}

export function indicatorProblems(draft: BotDraft, catalogue: IndicatorCatalogue): Problems {
  const { indicators } = draft;
  const problems: Problems = {};
  if (indicators.length === 0) return { 'indicators.root': 'choose at least one indicator' };
  if (indicators.length > MOST) problems['indicators.root'] = `choose at most ${MOST} indicators`;
  const seen = new Set<string>();
  indicators.forEach((indicator, index) => {
    const path = `indicators.${index}`;
    const key = indicatorKey(indicator);
    const custom = isCustom(indicator, catalogue);
    const own = custom ? 'name' : 'label';
    if (seen.has(key))
      problems[`${path}.${own}`] = `another one is called ${key}: give it a ${own} of its own`;
    seen.add(key);
    Object.assign(
      problems,
      custom ? customProblems(indicator, path, catalogue) : parameterProblems(indicator, path, catalogue),
    );
  });
  const voting = indicators.filter((each) => votes(each, catalogue)).length;
  if (voting === 0) {
    problems['indicators.root'] = 'at least one indicator must be able to vote; these only forbid entries';
  } else if (countsVotes(draft.fields.signal_mode) && Number(draft.fields.min_votes) > voting) {
    problems['fields.min_votes'] = `must be at most the number of voting indicators (${voting})`;
  }
  return problems;
}
