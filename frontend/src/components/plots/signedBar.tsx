import { Rectangle, type BarShapeProps } from 'recharts';
import type { Tokens } from '@/theme/tokens';
import { gainColour } from './plotTheme';

/** Draws a bar in the colour of the sign that the named number of its row has. */
export function signedBar(colours: Tokens, name: string) {
  return function SignedBar({ x, y, width, height, payload }: BarShapeProps) {
    const number = Number((payload as Record<string, unknown>)[name]);
    return <Rectangle {...{ x, y, width, height }} fill={gainColour(number, colours)} />;
  };
}
