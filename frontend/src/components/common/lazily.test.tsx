import { render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { lazily } from './lazily';

describe('lazily', () => {
  it('shows what stands for a part until its code has come', async () => {
    const Part = lazily(
      () => Promise.resolve(({ name }: { name: string }) => <p>part {name}</p>),
      ({ name }) => <p>waiting for {name}</p>,
    );
    render(<Part name="one" />);
    expect(screen.getByText('waiting for one')).toBeVisible();
    expect(await screen.findByText('part one')).toBeVisible();
  });

  it('says in its place that the code could not be fetched', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const Part = lazily(() =>
      Promise.reject(new TypeError('Failed to fetch dynamically imported module: /assets/x.js')),
    );
    render(
      <>
        <Part />
        <p>the rest</p>
      </>,
    );
    expect(await screen.findByText('This part could not be fetched')).toBeVisible();
    expect(screen.getByText('the rest')).toBeVisible();
  });
});
