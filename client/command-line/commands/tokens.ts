import { Command } from 'commander';
import type { Context } from '../context.ts';
export function tokensCommand(_context: Context): Command {
  return new Command('tokens');
}
