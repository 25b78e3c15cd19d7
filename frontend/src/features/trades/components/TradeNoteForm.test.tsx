import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { keys } from '@/hooks/queries/keys';
import { makeTrade } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import type { Role, TradeDetail, TradeNote } from '@/types/domain';
import { tagsOf } from './tagText';
import { TradeNoteForm } from './TradeNoteForm';

serveTests();

const NOTHING: TradeNote = { text: '', tags: [], by: '', at: null };

function open(role: Role = 'trader', refusal: string | null = null) {
  const sent: unknown[] = [];
  server.use(
    http.put('*/api/trades/7/note', async ({ request }) => {
      sent.push(await request.json());
      if (refusal !== null) {
        return HttpResponse.json({ status: 400, title: 'Wrong', detail: refusal }, { status: 400 });
      }
      return HttpResponse.json({ text: 'x', tags: [], by: 'ada', at: '2026-11-20T15:00:00Z' });
    }),
  );
  renderLive(<TradeNoteForm id={7} note={NOTHING} />, { role });
  return { sent, user: userEvent.setup() };
}

describe('the note of a trade', () => {
  it('is saved with its tags, when something was typed', async () => {
    const { user, sent } = open();
    await user.click(screen.getByRole('button', { name: 'Save the note' }));
    expect(sent).toEqual([]);
    await user.type(screen.getByLabelText('Note'), 'too early');
    await user.type(screen.getByLabelText('Tags'), 'News, late news');
    await user.click(screen.getByRole('button', { name: 'Save the note' }));
    expect(await screen.findByText('The note is saved')).toBeVisible();
    expect(sent).toEqual([{ text: 'too early', tags: ['news', 'late'] }]);
  });

  it('stays as it was typed when the server refuses, with the reason', async () => {
    const { user } = open('trader', 'tags: must be words');
    await user.type(screen.getByLabelText('Note'), 'kept');
    await user.click(screen.getByRole('button', { name: 'Save the note' }));
    expect(await screen.findByText('tags: must be words')).toBeVisible();
    expect(screen.getByLabelText('Note')).toHaveValue('kept');
  });

  it.each([
    ['stays when it is saved', 200, ['early'], 'The note is saved'],
    ['goes back when it is refused', 400, [], 'no'],
  ])('is shown at once and %s', async (_, status, tags, said) => {
    let answer: () => void = () => undefined;
    server.use(
      http.put('*/api/trades/7/note', async () => {
        await new Promise<void>((resolve) => (answer = resolve));
        const saved = { text: '', tags: ['early'], by: 'ada', at: '2026-11-20T15:00:00Z' };
        return HttpResponse.json(status === 200 ? saved : { status, title: 'no', detail: 'no' }, { status });
      }),
    );
    const { client } = renderLive(<TradeNoteForm id={7} note={NOTHING} />);
    client.setQueryData(keys.trade(7), { ...makeTrade({ id: 7 }), note: NOTHING });
    const shown = () => client.getQueryData<TradeDetail>(keys.trade(7))?.note.tags;
    const user = userEvent.setup();
    await user.type(screen.getByLabelText('Tags'), 'early');
    await user.click(screen.getByRole('button', { name: 'Save the note' }));
    await waitFor(() => expect(shown()).toEqual(['early']));
    answer();
    expect(await screen.findByText(said)).toBeVisible();
    expect(shown()).toEqual(tags);
    expect(screen.getByLabelText('Tags')).toHaveValue('early');
  });

  it('is read only for who only looks', async () => {
    const { user, sent } = open('viewer');
    await user.type(screen.getByLabelText('Note'), 'x');
    expect(screen.getByLabelText('Note')).toHaveValue('');
    await user.click(screen.getByRole('button', { name: 'Save the note' }));
    expect(sent).toEqual([]);
  });

  it.each([
    ['', []],
    ['  ', []],
    ['a', ['a']],
    ['News, late  news', ['news', 'late']],
  ])('reads %j as the tags %j', (text, expected) => {
    expect(tagsOf(text)).toEqual(expected);
  });
});
