import { download } from '@/lib/download';
import { drawLegend, LEGEND_FONT, placeLegend, type LegendEntry } from './drawLegend';

const SCALE = 2;

/** A drawing as a picture with its legend below, twice as fine as on the screen, on the colour it stands on. */
export async function savePng(
  svg: SVGSVGElement,
  colours: { background: string; text: string },
  name: string,
  legend: readonly LegendEntry[] = [],
): Promise<void> {
  const { width, height } = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.style.fontFamily = getComputedStyle(svg).fontFamily;
  const image = new Image();
  // As data: a page that allows pictures of its own and of data may draw it, and may read the canvas afterwards.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws no pictures');
  const font = `${LEGEND_FONT}px ${copy.style.fontFamily}`;
  context.font = font;
  const below = placeLegend(legend, width, (text) => context.measureText(text).width);
  canvas.width = width * SCALE;
  canvas.height = (height + below.height) * SCALE;
  context.fillStyle = colours.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(SCALE, SCALE);
  context.drawImage(image, 0, 0, width, height);
  // A canvas that gets another size forgets its font.
  context.font = font;
  drawLegend(context, below.placed, height, colours.text);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
  if (!blob) throw new Error('The picture could not be made');
  download(blob, `${name}.png`);
}
