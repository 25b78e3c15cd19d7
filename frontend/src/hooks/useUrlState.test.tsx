import { act, render } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { describe, expect, it } from 'vitest';
import { useUrlState, type UrlChange } from './useUrlState';

function page() {
  let patch: (change: UrlChange) => void = () => undefined;
  function Page() {
    [, patch] = useUrlState();
    return null;
  }
  const router = createMemoryRouter([{ path: '/', element: <Page /> }], { initialEntries: ['/?bot=2'] });
  render(<RouterProvider router={router} />);
  const change = (wanted: UrlChange) =>
    act(() => {
      patch(wanted);
      return Promise.resolve();
    });
  return { router, change, patch: () => patch };
}

describe('the state in the address', () => {
  it('takes a second change before the first one is drawn', async () => {
    const { router, patch } = page();
    await act(() => {
      const once = patch();
      once({ symbol: 'QQQ' });
      once({ type: 'sell' });
      return Promise.resolve();
    });
    expect(router.state.location.search).toBe('?bot=2&symbol=QQQ&type=sell');
  });

  it('follows the address when it is changed elsewhere', async () => {
    const { router, change } = page();
    await change({ symbol: 'QQQ' });
    await act(() => router.navigate('/?type=buy'));
    await change({ bot: '3' });
    expect(router.state.location.search).toBe('?type=buy&bot=3');
    await change({ bot: '' });
    expect(router.state.location.search).toBe('?type=buy');
  });
});
