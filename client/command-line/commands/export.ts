import { Command } from 'commander';
import type { Context } from '../context.ts';
export function exportCommand(_context: Context): Command {
  return new Command('export');
}
