/** Tall enough to read; low enough that the tables below it begin on the first screen. */
export const CHART_HEIGHT = { xs: 340, md: 'clamp(300px, 36vh, 480px)' };
