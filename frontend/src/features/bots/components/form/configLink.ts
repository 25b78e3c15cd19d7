import { paths } from '@/app/paths';
import type { BotConfig } from '@/features/bots/api/bots';

const LONGEST = 20_000;

/** Letters that an address carries as they are. */
function encode(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function decode(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder('utf-8', { fatal: true }).decode(
    Uint8Array.from(binary, (letter) => letter.charCodeAt(0)),
  );
}

/**
 * An address that opens the form of a new bot with these settings. They stand behind the #, which no browser sends to a
 * server: what is in a link stays between those who share it.
 */
export function configLink(config: BotConfig, origin: string): string {
  return `${origin}${paths.newBot.href()}#config=${encode(JSON.stringify(config))}`;
}

/** The settings in an address, as JSON; null where there are none. Throws where they cannot be read. */
export function linkedConfig(hash: string): string | null {
  const given = new URLSearchParams(hash.replace(/^#/, '')).get('config');
  if (given === null) return null;
  if (given.length > LONGEST) throw new Error('The settings in this link are too long');
  try {
    return decode(given);
  } catch (error) {
    throw new Error('The settings in this link cannot be read: it was cut off or altered', { cause: error });
  }
}
