import { Command } from 'commander';
import type { Context } from '../context.ts';
export function tailCommand(_context: Context): Command {
  return new Command('tail');
}
