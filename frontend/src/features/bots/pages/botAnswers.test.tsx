import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect } from 'vitest';
import { ArchiveBotDialog } from '@/features/bots/components/ArchiveBotDialog';
import { BotActions } from '@/features/bots/components/BotActions';
import { BulkActions } from '@/features/bots/components/BulkActions';
import { SaveTemplateDialog } from '@/features/bots/components/SaveTemplateDialog';
import { itSaysWhatHappened } from '@/test/answers';
import { makeBot } from '@/test/factories';
import { renderLive } from '@/test/render';
import { server, serveTests } from '@/test/server';
import { CreateBotPage } from './CreateBotPage';
import { EditBotPage } from './EditBotPage';

serveTests();

const BOT = makeBot();
const VERSION = { number: 1, changed_by: 'ada', created_at: BOT.created_at, config: {}, changes: [] };

beforeEach(() => {
  server.use(
    http.get('*/api/bots/1', () => HttpResponse.json(BOT)),
    http.get('*/api/bots/1/versions', () => HttpResponse.json({ count: 1, results: [VERSION] })),
    http.get('*/api/decisions', () => HttpResponse.json({ results: [], next: null })),
  );
});

async function form() {
  return within(await screen.findByRole('form', { name: 'Bot settings' }));
}

describe('the form of a new bot', () => {
  itSaysWhatHappened({
    path: '*/api/bots',
    unknown:
      'it is not known whether the bot was created. The list of bots shows it; one of the same name is never created twice.',
    field: { name: 'capital', said: 'Capital is wrong' },
    open: async () => {
      renderLive(<CreateBotPage />, {
        role: 'admin',
        ready: true,
        at: '/bots/new?like=1',
        path: '/bots/new',
      });
      const user = userEvent.setup();
      const inputs = await form();
      await user.type(inputs.getByLabelText(/^Name/), 'Dip');
      return {
        send: () => user.click(inputs.getByRole('button', { name: 'Create bot' })),
        kept: () => {
          expect(inputs.getByLabelText(/^Name/)).toHaveValue('Dip');
        },
      };
    },
  });
});

describe('saving a template', () => {
  itSaysWhatHappened({
    path: '*/api/templates',
    unknown: 'it is not known whether the template is saved. The templates of a new bot show it',
    field: { name: 'name', said: 'Name: is wrong' },
    open: () => {
      server.use(http.get('*/api/templates', () => HttpResponse.json({ results: [] })));
      renderLive(<SaveTemplateDialog config={BOT} suggested="Dip" onDone={() => undefined} />, {
        role: 'admin',
        ready: true,
      });
      const user = userEvent.setup();
      const dialog = within(screen.getByRole('dialog', { name: 'Save as a template' }));
      return Promise.resolve({
        send: () => user.click(dialog.getByRole('button', { name: 'Save template' })),
        kept: () => {
          expect(dialog.getByLabelText(/^Name/)).toHaveValue('Dip');
        },
      });
    },
  });
});

describe('the settings of a bot', () => {
  itSaysWhatHappened({
    method: 'put',
    path: '*/api/bots/1',
    unknown: 'it is not known whether the changes are saved. The versions beside the form show it',
    field: { name: 'capital', said: 'Capital is wrong' },
    open: async () => {
      renderLive(<EditBotPage />, {
        role: 'admin',
        ready: true,
        at: '/bots/1/settings',
        path: '/bots/:id/settings',
      });
      const user = userEvent.setup();
      const inputs = await form();
      await user.type(inputs.getByLabelText(/^Name/), ' two');
      return {
        send: () => user.click(inputs.getByRole('button', { name: 'Save changes' })),
        kept: () => {
          expect(inputs.getByLabelText(/^Name/)).toHaveValue('Momentum two');
        },
      };
    },
  });
});

describe('rolling a bot back', () => {
  itSaysWhatHappened({
    path: '*/api/bots/1/rollback',
    unknown: 'it is not known whether it was rolled back. The list of versions shows it.',
    field: { name: 'to', said: 'to: is wrong' },
    open: async () => {
      server.use(http.get('*/api/bots/1', () => HttpResponse.json({ ...BOT, version: 2 })));
      renderLive(<EditBotPage />, {
        role: 'admin',
        ready: true,
        at: '/bots/1/settings',
        path: '/bots/:id/settings',
      });
      const user = userEvent.setup();
      await user.click(await screen.findByRole('button', { name: 'Roll back to version 1' }));
      return { send: () => user.click(screen.getByRole('button', { name: 'Roll back to 1' })) };
    },
  });
});

describe.each([
  ['start', 'Start Momentum', 'started', 'stopped'],
  ['pause', 'Pause Momentum', 'paused', 'running'],
] as const)('the button that asks to %s a bot', (action, name, done, status) => {
  itSaysWhatHappened({
    path: `*/api/bots/1/${action}`,
    unknown: `it is not known whether it was ${done}. Its status shows it.`,
    field: null,
    open: () => {
      renderLive(<BotActions bot={makeBot({ status })} />);
      const user = userEvent.setup();
      return Promise.resolve({ send: () => user.click(screen.getByRole('button', { name })) });
    },
  });
});

describe('the question before a bot is stopped', () => {
  itSaysWhatHappened({
    path: '*/api/bots/1/stop',
    unknown: 'it is not known whether it was stopped. Its status and its positions show it.',
    field: { name: 'close_positions', said: 'close_positions: is wrong' },
    open: async () => {
      renderLive(<BotActions bot={BOT} />);
      const user = userEvent.setup();
      await user.click(screen.getByRole('button', { name: 'Stop Momentum' }));
      await user.click(screen.getByRole('checkbox'));
      return {
        send: () => user.click(screen.getByRole('button', { name: 'Stop and close positions' })),
        kept: () => {
          expect(screen.getByRole('checkbox')).toBeChecked();
        },
      };
    },
  });
});

describe('the question before many bots are paused', () => {
  itSaysWhatHappened({
    path: '*/api/bots/act',
    unknown: 'it is not known whether it was done to all of them. Their status in the list shows it.',
    field: { name: 'bots', said: 'bots: is wrong' },
    open: async () => {
      const filters = { search: '', status: '', sort: 'name', page: 1 };
      const selection = { ids: [1, 2], has: () => true, set: () => undefined, clear: () => undefined };
      renderLive(<BulkActions filters={filters as never} found={2} selection={selection} />);
      const user = userEvent.setup();
      await user.click(screen.getByRole('button', { name: 'Pause' }));
      return { send: () => user.click(screen.getByRole('button', { name: 'Pause 2 bots' })) };
    },
  });
});

describe('the question before a bot is archived', () => {
  itSaysWhatHappened({
    method: 'delete',
    path: '*/api/bots/1',
    unknown: 'it is not known whether it is archived. The list of bots shows it.',
    field: null,
    open: () => {
      renderLive(<ArchiveBotDialog bot={BOT} onDone={() => undefined} />, { role: 'admin' });
      const user = userEvent.setup();
      return Promise.resolve({ send: () => user.click(screen.getByRole('button', { name: 'Archive bot' })) });
    },
  });
});
