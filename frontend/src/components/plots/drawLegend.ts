export interface LegendEntry {
  name: string;
  colour: string;
  /** Of a line; where there is none, it stands for an area. */
  dash?: readonly number[];
}

export const SWATCH = { width: 22, height: 10 } as const;

const ROW = 18;
const GAP = 16;
const BESIDE_SWATCH = 6;
export const LEGEND_FONT = 12;

export interface PlacedEntry {
  entry: LegendEntry;
  x: number;
  y: number;
}

/** Where each entry stands in a picture of this width, and how tall the legend is; `measure` is the width of a text. */
export function placeLegend(
  entries: readonly LegendEntry[],
  width: number,
  measure: (text: string) => number,
): { placed: PlacedEntry[]; height: number } {
  let [x, y] = [GAP, 0];
  const placed = entries.map((entry) => {
    const taken = SWATCH.width + BESIDE_SWATCH + measure(entry.name) + GAP;
    if (x > GAP && x + taken > width) [x, y] = [GAP, y + ROW];
    const place = { entry, x, y };
    x += taken;
    return place;
  });
  return { placed, height: entries.length === 0 ? 0 : y + ROW + GAP / 2 };
}

/** Draws the legend from `top` downwards. */
export function drawLegend(
  context: CanvasRenderingContext2D,
  placed: readonly PlacedEntry[],
  top: number,
  textColour: string,
): void {
  for (const { entry, x, y } of placed) {
    const middle = top + y + ROW / 2;
    if (entry.dash) {
      context.strokeStyle = entry.colour;
      context.lineWidth = 2;
      context.setLineDash([...entry.dash]);
      context.beginPath();
      context.moveTo(x, middle);
      context.lineTo(x + SWATCH.width, middle);
      context.stroke();
    } else {
      context.fillStyle = entry.colour;
      context.fillRect(x, middle - SWATCH.height / 2, SWATCH.height, SWATCH.height);
    }
    context.fillStyle = textColour;
    context.textBaseline = 'middle';
    context.fillText(entry.name, x + SWATCH.width + BESIDE_SWATCH, middle);
  }
}
