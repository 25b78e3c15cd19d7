import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeMarketStatus } from '@/test/factories';
import { renderLive } from '@/test/render';
import { server, serveTests } from '@/test/server';
import { http, HttpResponse } from 'msw';
import { FirstSteps } from './FirstSteps';
import { HelpButton } from './HelpButton';

serveTests();

beforeEach(() => {
  localStorage.clear();
});

function open(mode: 'simulator' | 'paper' = 'simulator', speed = 10) {
  server.use(http.get('*/api/market-status', () => HttpResponse.json(makeMarketStatus({ mode, speed }))));
  renderLive(
    <>
      <HelpButton />
      <FirstSteps />
    </>,
    { ready: true, at: '/' },
  );
  return userEvent.setup();
}

describe('the first steps', () => {
  it('say what this is, whose money, how fast the clock runs, and where keys go', async () => {
    open();
    const panel = await screen.findByRole('region', { name: 'First steps' });
    expect(await within(panel).findByText(/everything here is pretend.*10 times as fast/)).toBeVisible();
    expect(within(panel).getByText('.env')).toBeVisible();
    expect(within(panel).getAllByRole('listitem')).toHaveLength(4);
  });

  it('say of a practice account that prices are real and money is not', async () => {
    open('paper', 1);
    expect(await screen.findByText(/prices are real and the money is not/)).toBeVisible();
    expect(screen.queryByText('.env')).not.toBeInTheDocument();
    expect(screen.queryByText(/times as fast/)).not.toBeInTheDocument();
  });

  it('are ticked off, and stay closed', async () => {
    const user = open();
    await user.click(await screen.findByRole('link', { name: /Make a bot/ }));
    expect(localStorage.getItem('tradingbot.first-steps')).toContain('bot');
    document.body.innerHTML = '';
    const again = open();
    expect(await screen.findByText(', done')).toBeInTheDocument();
    await again.click(screen.getByRole('button', { name: 'Hide first steps' }));
    expect(screen.queryByRole('region', { name: 'First steps' })).not.toBeInTheDocument();
    expect(localStorage.getItem('tradingbot.first-steps')).toContain('"closed":true');
  });
});

describe('help', () => {
  it('explains the words of the page', async () => {
    const user = open();
    await user.click(screen.getByRole('button', { name: 'Help and glossary' }));
    const dialog = await screen.findByRole('dialog', { name: 'Help and glossary' });
    expect(within(dialog).getByText('Protected')).toBeVisible();
    expect(within(dialog).getByText(/rests at the broker and sells when the price falls/)).toBeVisible();
  });
});
