export type ChartHeight = Readonly<{ xs: number | string; md: number | string }>;

/** Tall enough to read; low enough that the tables below it begin on the first screen. */
export const CHART_HEIGHT: ChartHeight = { xs: 340, md: 'clamp(300px, 36vh, 480px)' };

/** Beside other things: in a dialog, next to a form. */
export const SMALL_CHART_HEIGHT: ChartHeight = { xs: 280, md: 300 };
