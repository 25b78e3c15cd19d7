import type { IndicatorChoice } from '@/hooks/queries/market';
import type { IndicatorCatalogue } from '@/types/domain';
import type { BotDraft } from './draft';
import { indicatorKey, indicatorsConfig } from './indicatorDraft';
import { indicatorProblems } from './validateIndicators';

/** The server draws no more than this at once. */
const MOST_DRAWN = 5;

/** Which indicators a preview can show, and which it leaves out: unfinished ones, and those beyond the limit. */
export function drawable(
  draft: BotDraft,
  catalogue: IndicatorCatalogue,
): { indicators: IndicatorChoice; left: string[] } {
  const problems = Object.keys(indicatorProblems(draft, catalogue));
  const isWhole = (index: number) => !problems.some((path) => path.startsWith(`indicators.${index}.`));
  const whole = draft.indicators.filter((_, index) => isWhole(index));
  const drawn = whole.slice(0, MOST_DRAWN);
  return {
    indicators: indicatorsConfig(drawn, catalogue),
    left: draft.indicators
      .filter((each) => !drawn.includes(each))
      .map((each) => indicatorKey(each) || 'a custom one'),
  };
}
