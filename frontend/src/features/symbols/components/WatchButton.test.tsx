import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { renderLive } from '@/test/render';
import { WatchButton } from './WatchButton';

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
});

describe('the star of a symbol', () => {
  it('is there at once', async () => {
    renderLive(<WatchButton symbol="AAPL" />);
    const star = screen.getByRole('button', { name: 'Watch AAPL' });
    await userEvent.setup().click(star);
    expect(star).toHaveAttribute('aria-pressed', 'true');
  });

  it('stays as it was, with a word, where the browser keeps nothing', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    renderLive(<WatchButton symbol="AAPL" />);
    const star = screen.getByRole('button', { name: 'Watch AAPL' });
    await userEvent.setup().click(star);
    expect(await screen.findByText(/^This browser keeps nothing for this page/)).toBeVisible();
    expect(star).toHaveAttribute('aria-pressed', 'false');
  });
});
