import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const NOON = '2026-06-02T16:00:00Z';
// Half past eight in the evening of the day before, in New York.
const LATE = '2026-06-03T00:30:00Z';

/** The formatters as a page has them that was loaded with this choice. */
async function loadedWith(zone: string | null) {
  vi.resetModules();
  localStorage.clear();
  if (zone !== null) localStorage.setItem('tradingbot.zone', zone);
  return { ...(await import('./format')), ...(await import('./zone')) };
}

describe('the zone of times of day', () => {
  beforeEach(() => {
    vi.stubEnv('TZ', 'Europe/Berlin');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    localStorage.clear();
    vi.resetModules();
  });

  it.each([
    [null, '12:00:00', 'ET'],
    ['new-york', '12:00:00', 'ET'],
    ['utc', '16:00:00', 'UTC'],
    ['local', '18:00:00', 'local'],
    ['Mars/Phobos', '12:00:00', 'ET'],
  ])('%s shows noon in New York as %s %s', async (zone, shown, label) => {
    const page = await loadedWith(zone);
    expect([page.formatClock(NOON), page.zoneLabel()]).toEqual([shown, label]);
  });

  it('leaves the exchange’s days alone, and names another day where it is one', async () => {
    const utc = await loadedWith('utc');
    expect(utc.marketDate(LATE)).toBe('2026-06-02');
    expect(utc.formatDate('2026-06-02')).toBe('Jun 2');
    expect(utc.formatDateWeekday('2026-06-02')).toBe('Tue');
    expect(utc.formatDayClock(LATE, '2026-06-02')).toBe('Jun 3 00:30:00');
    expect(utc.formatDayClock(NOON, '2026-06-02')).toBe('16:00:00');
    const newYork = await loadedWith('new-york');
    expect(newYork.formatDayClock(LATE, '2026-06-02')).toBe('20:30:00');
  });
});
